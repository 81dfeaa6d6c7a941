import { html } from "htm/preact";
import type { Element, Option } from "#sandbox/slack/model.ts";
import type { Seen, Suggestions } from "../wire.ts";
import { post } from "./api.ts";
import { Combobox, type Entry, type Source } from "./combobox.ts";
import { useConfirmed } from "./confirm.ts";
import { type Desk, useDesk } from "./desk.ts";
import type { ElementProps } from "./elements.ts";
import { domId, nameOf, type Surface, useField, useSurface } from "./surface.ts";

type Held = Option | string | (Option | string)[] | null;

/** Selects of every kind: of given options, of those the app suggests, of people, of channels; one or several. */
export function SelectElement({ block, element, label, describedBy, invalid, required }: ElementProps) {
  const surface = useSurface();
  const desk = useDesk();
  const several = element.type.startsWith("multi_");
  const kind = element.type.replace(/^multi_/, "").replace(/s?_select$/, "");
  const { property, initial } = propertiesOf(kind, several);
  const field = useField<Held>(block, element, property, (element[initial] as Held | undefined) ?? null);
  const confirmed = useConfirmed(element);
  const chosen = [field.value].flat().flatMap((held) => (held ? [entryOf(held, desk.seen)] : []));

  const choose = async (entries: Entry[]): Promise<void> => {
    if (!(await confirmed())) return;
    const held = entries.map((entry) => heldBy(entry, kind));
    const values = entries.map((entry) => entry.value);
    if (several) field.set(held, { value: values });
    else field.set(held[0] ?? null, { value: values[0] ?? null });
  };
  return html`<${Combobox} id=${domId(surface, block, element)} words=${desk.words} several=${several}
    source=${sourceOf(kind, element, desk, surface, nameOf(surface.blocks, block, element))} chosen=${chosen}
    most=${typeof element.max_selected_items === "number" ? element.max_selected_items : undefined}
    placeholder=${(element.placeholder as { text: string } | undefined)?.text ?? desk.words.choose} label=${label}
    describedBy=${describedBy} invalid=${invalid} required=${required}
    clearable=${block.type === "input" && block.optional === true}
    autoFocus=${element.focus_on_load === true} onChoose=${(entries: Entry[]) => void choose(entries)} />`;
}

function propertiesOf(kind: string, several: boolean): { property: string; initial: string } {
  const what = { user: "user", conversation: "conversation", channel: "channel" }[kind] ?? "option";
  const end = several ? "s" : "";
  return { property: `selected_${what}${end}`, initial: `initial_${what}${end}` };
}

function entryOf(held: Option | string, seen: Seen): Entry {
  if (typeof held !== "string") return optionEntry(held);
  return (
    [...people(seen), ...conversations(seen)].find((entry) => entry.value === held) ?? {
      value: held,
      text: held,
    }
  );
}

function heldBy(entry: Entry, kind: string): Option | string {
  if (kind !== "static" && kind !== "external") return entry.value;
  return { text: { type: "plain_text", text: entry.text }, value: entry.value };
}

function optionEntry(option: Suggestions["options"][number], group?: string): Entry {
  const description = "description" in option ? (option.description as { text: string }).text : undefined;
  return { value: option.value ?? option.text.text, text: option.text.text, description, group };
}

function people(seen: Seen): Entry[] {
  return seen.people
    .filter((person) => !person.deactivated)
    .map((person) => ({ value: person.id, text: person.realName, description: `@${person.key}` }));
}

function conversations(seen: Seen): Entry[] {
  return seen.channels.filter((c) => c.kind === "channel").map((c) => ({ value: c.id, text: `#${c.name}` }));
}

function sourceOf(kind: string, element: Element, desk: Desk, surface: Surface, name: string): Source {
  switch (kind) {
    case "user":
      return { entries: people(desk.seen) };
    case "conversation":
    case "channel":
      return { entries: conversations(desk.seen) };
    case "external":
      return {
        least: typeof element.min_query_length === "number" ? element.min_query_length : 3,
        async ask(query) {
          await surface.outbox.flush();
          const path = `/web/people/${encodeURIComponent(desk.seen.person.key)}/suggestions`;
          const answer = await post<Suggestions>(path, { id: name, query, ...surface.where });
          return { entries: answer.options.map((option) => optionEntry(option)), failed: answer.failed };
        },
      };
    default:
      return {
        entries: [
          ...(element.options ?? []).map((option) => optionEntry(option)),
          ...(element.option_groups ?? []).flatMap((group) =>
            group.options.map((option) => optionEntry(option, group.label.text)),
          ),
        ],
      };
  }
}
