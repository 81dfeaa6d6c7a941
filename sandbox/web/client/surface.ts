import { createContext } from "preact";
import { useContext, useEffect, useRef, useState } from "preact/hooks";
import type { Block, Delivery, Element, StateValues } from "#sandbox/slack/model.ts";
import { post } from "./api.ts";
import { useDesk } from "./desk.ts";

/** Where elements stand: in the open modal, in the home, or in a message. */
export interface Surface {
  /** Part of every DOM id in it. */
  key: string;
  kind: "modal" | "home" | "message";
  where: { message?: { ts: string }; home?: boolean };
  blocks: Block[];
  /** What the workspace holds; undefined where it keeps that to itself. */
  state: StateValues | undefined;
  /** By block id. */
  errors: Record<string, string>;
  outbox: Outbox;
}

export const SurfaceContext = createContext<Surface | null>(null);

export function useSurface(): Surface {
  const surface = useContext(SurfaceContext);
  if (!surface) throw new Error("There is no surface around this element");
  return surface;
}

/** What has been filled in and is not yet with the workspace. Keeps the order of one field's changes. */
export class Outbox {
  readonly #waiting = new Map<string, { timer: number; send: () => Promise<void> }>();
  readonly #underWay = new Map<string, Promise<void>>();

  /** Sends once nothing more has come for this field in `ms`. */
  later(field: string, ms: number, send: () => Promise<void>): void {
    clearTimeout(this.#waiting.get(field)?.timer);
    const timer = window.setTimeout(() => void this.now(field, send), ms);
    this.#waiting.set(field, { timer, send });
  }

  now(field: string, send: () => Promise<void>): Promise<void> {
    clearTimeout(this.#waiting.get(field)?.timer);
    this.#waiting.delete(field);
    const sent = (this.#underWay.get(field) ?? Promise.resolve()).then(send).finally(() => {
      if (this.#underWay.get(field) === sent) this.#underWay.delete(field);
    });
    this.#underWay.set(field, sent);
    return sent;
  }

  /** Forgets what waits: its fields are going away. */
  drop(): void {
    for (const { timer } of this.#waiting.values()) clearTimeout(timer);
    this.#waiting.clear();
  }

  /** Resolves when the workspace knows everything. */
  async flush(): Promise<void> {
    for (const [field, { send }] of [...this.#waiting]) void this.now(field, send);
    await Promise.all(this.#underWay.values());
  }
}

/** How this element is named to the workspace: by action id, or by its block where that is not unique. */
export function nameOf(blocks: Block[], block: Block, element: Element): string {
  const id = element.action_id ?? "";
  const same = blocks
    .flatMap((other) => [other.element, other.accessory, ...(other.elements ?? [])])
    .filter((other) => other?.action_id === id);
  return same.length > 1 ? (block.block_id ?? id) : id;
}

/** A DOM id for one element of a surface. */
export function domId(surface: Surface, block: Block, element: Element): string {
  return `${surface.key}-${block.block_id}-${element.action_id}`.replaceAll(/[^\w-]/g, "_");
}

/** Tells the workspace of the use of an element; the answer is how the app took it, if it was told. */
export function useSend(block: Block, element: Element): (body: object) => Promise<Delivery | undefined> {
  const surface = useSurface();
  const { seen, complain, words } = useDesk();
  return async (body) => {
    try {
      const answer = await post<Delivery | Record<string, never>>("/control/actions", {
        person: seen.person.key,
        id: nameOf(surface.blocks, block, element),
        ...surface.where,
        ...body,
      });
      const delivery = "kind" in answer ? (answer as Delivery) : undefined;
      // A button says so beside itself; whatever else stands in a message has no place of its own for it.
      if (
        surface.kind === "message" &&
        element.type !== "button" &&
        delivery &&
        delivery.result?.outcome !== "answered"
      ) {
        complain(new Error(words.noAnswer));
      }
      return delivery;
    } catch (error) {
      complain(error);
      return undefined;
    }
  };
}

export interface Field<T> {
  value: T;
  /** Shows the value at once, and tells the workspace with `body` at once or after `delayMs` of quiet. */
  set: (value: T, body: object, delayMs?: number) => void;
}

/** The value of one field: what the person has just entered, else what the workspace holds, else what it starts with. */
export function useField<T>(block: Block, element: Element, property: string, initial: T): Field<T> {
  const surface = useSurface();
  const { refresh } = useDesk();
  const send = useSend(block, element);
  const [draft, setDraft] = useState<{ value: T } | null>(null);
  const latest = useRef(draft);
  latest.current = draft;
  const held = surface.state?.[block.block_id ?? ""]?.[element.action_id ?? ""]?.[property] as T | undefined;

  return {
    value: draft ? draft.value : (held ?? initial),
    set(value, body, delayMs = 0) {
      const entered = { value };
      setDraft(entered);
      latest.current = entered;
      const field = domId(surface, block, element);
      const tell = async (): Promise<void> => {
        await send(body);
        if (surface.state === undefined) return;
        await refresh();
        if (latest.current === entered) setDraft(null);
      };
      if (delayMs > 0) surface.outbox.later(field, delayMs, tell);
      else void surface.outbox.now(field, tell);
    },
  };
}

/** Moves the focus to the first field in error, whenever the errors become others. */
export function useFocusOnError(errors: Record<string, string>, root: { current: HTMLElement | null }): void {
  const shown = JSON.stringify(errors);
  useEffect(() => {
    if (shown === "{}") return;
    const field = root.current?.querySelector("[data-error]");
    (field?.querySelector<HTMLElement>("input, textarea") ?? field?.querySelector("button"))?.focus();
  }, [shown]);
}
