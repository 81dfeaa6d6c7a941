import { html } from "htm/preact";
import { useEffect, useRef } from "preact/hooks";
import type { ElementProps } from "./elements.ts";
import { withEmoji } from "./rich-text.ts";
import { domId, useField, useSurface } from "./surface.ts";

const quietMs = 250;

/** The keyboards and input types of the text-like elements. */
const kinds: Record<string, { type: string; inputMode: string }> = {
  plain_text_input: { type: "text", inputMode: "text" },
  number_input: { type: "text", inputMode: "decimal" },
  email_text_input: { type: "email", inputMode: "email" },
  url_text_input: { type: "url", inputMode: "url" },
};

/** Text, number, e-mail and URL fields. */
export function TextElement({ block, element, label, describedBy, invalid, required }: ElementProps) {
  const surface = useSurface();
  const field = useField<string | null>(block, element, "value", (element.initial_value as string) ?? null);
  const input = useRef<HTMLInputElement & HTMLTextAreaElement>(null);
  useEffect(() => {
    if (element.focus_on_load === true) input.current?.focus();
  }, []);

  const multiline = element.multiline === true;
  const { type, inputMode } = kinds[element.type] ?? { type: "text", inputMode: "text" };
  const placeholder = (element.placeholder as { text: string } | undefined)?.text;
  const most = typeof element.max_length === "number" ? element.max_length : undefined;
  const value = field.value ?? "";
  const common = {
    ref: input,
    id: domId(surface, block, element),
    dir: "auto",
    class: "text-field",
    placeholder: placeholder && withEmoji(placeholder),
    value,
    "aria-label": label,
    "aria-describedby": describedBy,
    "aria-invalid": invalid || undefined,
    "aria-required": required || undefined,
    onInput: (event: Event) => {
      const typed = (event.target as HTMLInputElement).value;
      field.set(typed, { text: typed }, quietMs);
    },
  };
  const dispatchOnEnter = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || event.isComposing || block.dispatch_action !== true) return;
    event.preventDefault();
    const typed = (event.target as HTMLInputElement).value;
    field.set(typed, { text: typed, enter: true });
  };
  const count =
    most !== undefined &&
    [...value].length > most * 0.8 &&
    html`<span class="count" data-over=${[...value].length > most || undefined}>${most - [...value].length}</span>`;
  return multiline
    ? html`<textarea rows="4" ...${common}></textarea>${count}`
    : html`<input type=${type} inputmode=${inputMode} autocomplete="off" onKeyDown=${dispatchOnEnter} ...${common} />${count}`;
}
