import type { Desk } from "#src/desk/context.ts";
import type { Modal } from "./blocks/modal.ts";
import type { SlackClients } from "./client.ts";
import { nameOf } from "./explain.ts";
import { updateView } from "./views.ts";

/** A modal that holds a secret and stays before somebody's eyes for a minute; then `after` stands in its place. */
export interface Fleeting {
  view: Modal;
  after: Modal;
  /** What it shows, by its id: drawn again in the same view it keeps the time that it had left. */
  of: string;
}

/** What is drawn: a modal that stays until it is closed, or one that does not. */
export type Drawn = Modal | Fleeting;

/** How long a key or a link is shown, in ms. */
export const secretLifeMs = 60_000;

const lookMs = 250;
/** Between two attempts to take a view away that Slack did not let go of. */
const againMs = 5_000;
const mostAttempts = 60;

interface Entry {
  workspaceId: string;
  of: string;
  after: Modal;
  due: number;
  attempts: number;
  hiding: Promise<void> | null;
}

/** The modals that hold something to be taken away again, by view id. They are known here and nowhere else. */
export class OnScreen {
  readonly #clients: SlackClients;
  readonly #desk: Pick<Desk, "clock" | "log">;
  readonly #entries = new Map<string, Entry>();
  #timer: NodeJS.Timeout | null = null;
  #stopping = false;

  constructor(clients: SlackClients, desk: Pick<Desk, "clock" | "log">) {
    this.#clients = clients;
    this.#desk = desk;
  }

  /** What may stand in this view now: what was drawn, or what comes after it when this process is about to end. */
  admit(place: { workspaceId: string; viewId: string }, drawn: Drawn): Modal {
    const { workspaceId, viewId } = place;
    if (!("after" in drawn)) {
      this.#entries.delete(viewId);
      return drawn;
    }
    if (this.#stopping) return drawn.after;
    const { of, after } = drawn;
    const shown = this.#entries.get(viewId);
    const due = shown?.of === of ? shown.due : this.#desk.clock.now().getTime() + secretLifeMs;
    this.#entries.set(viewId, { workspaceId, of, after, due, attempts: 0, hiding: null });
    this.#timer ??= setInterval(() => this.#look(), lookMs).unref();
    return drawn.view;
  }

  /** Takes away at once what is still shown, and shows nothing of the kind any more. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all([...this.#entries].map(([viewId, entry]) => this.#hide(viewId, entry)));
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
  }

  #look(): void {
    const now = this.#desk.clock.now().getTime();
    for (const [viewId, entry] of this.#entries) if (entry.due <= now) void this.#hide(viewId, entry);
    if (this.#entries.size > 0 || !this.#timer) return;
    clearInterval(this.#timer);
    this.#timer = null;
  }

  #hide(viewId: string, entry: Entry): Promise<void> {
    entry.hiding ??= this.#take(viewId, entry).finally(() => {
      entry.hiding = null;
    });
    return entry.hiding;
  }

  async #take(viewId: string, entry: Entry): Promise<void> {
    try {
      const { client } = await this.#clients(entry.workspaceId);
      await updateView(client, viewId, entry.after);
    } catch (error) {
      entry.attempts += 1;
      this.#desk.log.warn(
        { error: nameOf(error), attempt: entry.attempts },
        "a view could not be taken away",
      );
      if (entry.attempts < mostAttempts) {
        entry.due = this.#desk.clock.now().getTime() + againMs;
        return;
      }
    }
    // Something newer may stand there by now, with a time of its own.
    if (this.#entries.get(viewId) === entry) this.#entries.delete(viewId);
  }
}
