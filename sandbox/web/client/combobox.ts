import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { usePopover } from "./popover.ts";
import { withEmoji } from "./rich-text.ts";
import type { Words } from "./words.ts";

export interface Entry {
  value: string;
  text: string;
  description?: string | undefined;
  /** Heading of the group it stands under. */
  group?: string | undefined;
}

/** Where the entries come from: known at once, or asked for as somebody types. */
export type Source =
  | { entries: Entry[] }
  | { least: number; ask: (query: string) => Promise<{ entries: Entry[]; failed: boolean }> };

interface Props {
  id: string;
  words: Words;
  source: Source;
  chosen: Entry[];
  /** Several may be chosen. */
  several: boolean;
  most?: number | undefined;
  placeholder: string;
  /** For an element without a visible label. */
  label?: string | undefined;
  describedBy?: string | undefined;
  invalid?: boolean;
  required?: boolean;
  clearable: boolean;
  autoFocus?: boolean;
  onChoose: (chosen: Entry[]) => void;
}

type Load = { state: "idle" | "loading" | "failed" } | { state: "loaded"; entries: Entry[] };

const quietMs = 250;

/** A select one can type in, after the ARIA pattern of an editable combobox with a list. */
export function Combobox(props: Props) {
  const { id, words, source, chosen, several, onChoose } = props;
  const [open, setOpen] = useState(false);
  const [query, setQuery] = useState("");
  const [active, setActive] = useState(0);
  const [full, setFull] = useState(false);
  const frame = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const close = (): void => {
    setOpen(false);
    setQuery("");
    setFull(false);
  };
  const popup = usePopover<HTMLDivElement>(frame, open, close, { wide: true });
  const load = useEntries(source, open, query);
  const entries = load.state === "loaded" ? load.entries : [];
  const single = several ? undefined : chosen[0];
  const isChosen = (entry: Entry): boolean => chosen.some((other) => other.value === entry.value);

  useEffect(() => {
    const at = query === "" && single ? entries.findIndex((entry) => entry.value === single.value) : 0;
    setActive(Math.max(at, 0));
  }, [query, open, load.state]);
  useEffect(() => {
    if (open) document.getElementById(`${id}-option-${active}`)?.scrollIntoView({ block: "nearest" });
  }, [active, open, load.state]);
  useEffect(() => {
    if (open) frame.current?.scrollIntoView({ block: "nearest" });
  }, [open]);
  useEffect(() => {
    if (props.autoFocus) input.current?.focus();
  }, []);

  const choose = (entry: Entry): void => {
    if (!several) {
      close();
      onChoose([entry]);
      return;
    }
    const without = chosen.filter((other) => other.value !== entry.value);
    if (without.length === chosen.length && props.most !== undefined && chosen.length >= props.most) {
      setFull(true);
      return;
    }
    setQuery("");
    setFull(false);
    onChoose(without.length < chosen.length ? without : [...chosen, entry]);
  };
  const remove = (entry: Entry): void => {
    onChoose(chosen.filter((other) => other.value !== entry.value));
    input.current?.focus();
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    const entry = entries[active];
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const step = event.key === "ArrowDown" ? 1 : -1;
      if (!open) setOpen(true);
      else if (entries.length > 0) setActive((active + step + entries.length) % entries.length);
    } else if (event.key === "Enter") {
      if (!open) setOpen(true);
      else if (entry) choose(entry);
    } else if (event.key === "Escape" && open) {
      close();
    } else if (event.key === "Backspace" && query === "" && several && chosen.length > 0) {
      onChoose(chosen.slice(0, -1));
    } else {
      if (event.key === "Tab") close();
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  const note =
    full && props.most !== undefined ? words.tooManyChosen(props.most) : noteFor(load, source, words);
  const shown = open || !single ? query : withEmoji(single.text);
  return html`
    <div ref=${frame} class="combobox" data-invalid=${props.invalid || undefined} onClick=${() => {
      input.current?.focus();
      setOpen(true);
    }}>
      ${
        several &&
        chosen.map(
          (entry) => html`<span class="chip" key=${entry.value}>
            <span dir="auto">${withEmoji(entry.text)}</span>
            <button type="button" class="chip-remove" aria-label=${words.remove(entry.text)}
              onClick=${(event: Event) => {
                event.stopPropagation();
                remove(entry);
              }}>×</button>
          </span>`,
        )
      }
      <input ref=${input} id=${id} type="text" role="combobox" dir="auto" autocomplete="off" spellcheck=${false}
        aria-autocomplete="list" aria-haspopup="listbox" aria-expanded=${open} aria-controls=${`${id}-list`}
        aria-activedescendant=${open && entries.length > 0 ? `${id}-option-${active}` : undefined}
        aria-label=${props.label} aria-describedby=${props.describedBy} aria-invalid=${props.invalid || undefined}
        aria-required=${props.required || undefined}
        placeholder=${single ? withEmoji(single.text) : several && chosen.length > 0 ? "" : props.placeholder}
        value=${shown}
        onInput=${(event: InputEvent) => {
          setQuery((event.target as HTMLInputElement).value);
          setOpen(true);
        }}
        onKeyDown=${onKeyDown}
        onBlur=${close} />
      ${
        props.clearable &&
        chosen.length > 0 &&
        html`<button type="button" class="combobox-clear" aria-label=${`${words.clear}: ${props.placeholder}`}
          onClick=${(event: Event) => {
            event.stopPropagation();
            close();
            onChoose([]);
          }}>×</button>`
      }
      <span class="chevron" aria-hidden="true"></span>
      ${
        open &&
        html`<div ref=${popup} class="popup listbox" popover="manual" onMouseDown=${(event: Event) => event.preventDefault()}
          onClick=${(event: Event) => event.stopPropagation()}>
          <div id=${`${id}-list`} role="listbox" aria-label=${props.label ?? props.placeholder}
            aria-multiselectable=${several || undefined}>
            ${entries.map(
              (entry, index) => html`
                ${
                  entry.group !== undefined &&
                  entry.group !== entries[index - 1]?.group &&
                  html`<div class="option-group" role="presentation">${entry.group}</div>`
                }
                <div key=${entry.value} id=${`${id}-option-${index}`} role="option" class="option" dir="auto"
                  aria-selected=${isChosen(entry)} data-active=${index === active || undefined}
                  onPointerMove=${() => setActive(index)} onClick=${() => choose(entry)}>
                  <span>${withEmoji(entry.text)}</span>
                  ${entry.description !== undefined && html`<small>${withEmoji(entry.description)}</small>`}
                </div>`,
            )}
          </div>
          <div class="listbox-note" role="status" data-kind=${load.state}>${note}</div>
        </div>`
      }
    </div>`;
}

function noteFor(load: Load, source: Source, words: Words): string {
  switch (load.state) {
    case "idle":
      return "least" in source ? words.typeMore(source.least) : "";
    case "loading":
      return words.loading;
    case "failed":
      return words.loadFailed;
    case "loaded":
      return load.entries.length === 0 ? words.noMatch : "";
  }
}

/** The entries for what has been typed. Late answers to an earlier question are dropped. */
function useEntries(source: Source, open: boolean, query: string): Load {
  const [load, setLoad] = useState<Load>({ state: "idle" });
  const external = "ask" in source;
  useEffect(() => {
    if (!open || !("ask" in source)) return undefined;
    if ([...query].length < source.least) {
      setLoad({ state: "idle" });
      return undefined;
    }
    let current = true;
    setLoad({ state: "loading" });
    const ask = async (): Promise<void> => {
      try {
        const { entries, failed } = await source.ask(query);
        if (current) setLoad(failed ? { state: "failed" } : { state: "loaded", entries });
      } catch {
        if (current) setLoad({ state: "failed" });
      }
    };
    const timer = setTimeout(() => void ask(), query === "" ? 0 : quietMs);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [external, open, query]);

  if (external) return load;
  const wanted = query.trim().toLocaleLowerCase();
  const fits = (entry: Entry): boolean =>
    `${entry.text} ${entry.description ?? ""}`.toLocaleLowerCase().includes(wanted);
  return { state: "loaded", entries: source.entries.filter(fits) };
}
