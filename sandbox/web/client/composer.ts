import { html } from "htm/preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { post, Refused } from "./api.ts";
import { useDesk } from "./desk.ts";
import { usePopover } from "./popover.ts";
import { ShortcutMenu } from "./shortcuts.ts";

/** Where one writes: Enter sends, Shift+Enter breaks the line, a slash at the start offers the app's commands. */
export function Composer({ name, target }: { name: string; target: string }) {
  const { setting, seen, words, complain } = useDesk();
  const [text, setText] = useState("");
  const [active, setActive] = useState(0);
  const [dismissed, setDismissed] = useState(false);
  const [sending, setSending] = useState(0);
  const [problem, setProblem] = useState("");
  const frame = useRef<HTMLDivElement>(null);
  const area = useRef<HTMLTextAreaElement>(null);

  const started = /^\/\S*$/.test(text) && !dismissed;
  const fitting = setting.commands.filter(({ command }) => command.startsWith(text.trim()));
  const offered = started ? fitting : [];
  const open = offered.length > 0;
  const popup = usePopover<HTMLDivElement>(frame, open, () => setDismissed(true), { wide: true });
  const typed = setting.commands.find(({ command }) => text.startsWith(`${command} `));

  useLayoutEffect(() => {
    const element = area.current;
    if (!element) return;
    element.style.height = "auto";
    element.style.height = `${Math.min(element.scrollHeight, 200)}px`;
  }, [text]);

  const write = (value: string): void => {
    setText(value);
    setActive(0);
    setDismissed(false);
    setProblem("");
  };
  const send = async (): Promise<void> => {
    const said = text.trim();
    if (said === "") return;
    write("");
    setSending((count) => count + 1);
    const person = seen.person.key;
    const [, command, rest = ""] = /^(\/\S+)\s*([\s\S]*)$/.exec(said) ?? [];
    try {
      if (command === undefined) await post("/control/messages", { person, text: said, channel: target });
      else await post("/control/commands", { person, command, text: rest, channel: target });
    } catch (error) {
      if (!(error instanceof Refused)) complain(error);
      else setProblem(error.message);
      setText((now) => (now === "" ? said : now));
    } finally {
      setSending((count) => count - 1);
    }
  };
  const complete = (index: number): void => {
    const chosen = offered[index];
    if (chosen) write(`${chosen.command} `);
    area.current?.focus();
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (open && step !== undefined) setActive((active + step + offered.length) % offered.length);
    else if (open && event.key === "Escape") setDismissed(true);
    else if (open && (event.key === "Tab" || event.key === "Enter") && !event.shiftKey) {
      if (event.key === "Enter" && offered[active]?.command === text) void send();
      else complete(active);
    } else if (event.key === "Enter" && !event.shiftKey) void send();
    else return;
    event.preventDefault();
  };

  const label = words.writeTo(name);
  return html`<form class="composer" onSubmit=${(event: Event) => {
    event.preventDefault();
    void send();
  }}>
    <div class="composer-note" role="alert">${problem}</div>
    <div class="composer-frame" ref=${frame}>
      <${ShortcutMenu} />
      <textarea ref=${area} rows="1" dir="auto" aria-label=${label} placeholder=${label} value=${text}
        aria-autocomplete="list" aria-haspopup="listbox" aria-controls=${open ? "command-list" : undefined}
        aria-activedescendant=${open ? `command-${active}` : undefined}
        onInput=${(event: Event) => write((event.target as HTMLTextAreaElement).value)} onKeyDown=${onKeyDown}></textarea>
      <button type="submit" class="send" aria-disabled=${text.trim() === "" || undefined} aria-label=${words.send}>
        <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M4 12 20 5l-5 15-3.5-6.5z" /></svg>
      </button>
    </div>
    <div class="composer-hint" role="status">
      ${sending > 0 ? words.sending : typed && typed.usageHint !== "" ? html`<code>${typed.command} ${typed.usageHint}</code>` : ""}
    </div>
    ${
      open &&
      html`<div ref=${popup} class="popup commands" popover="manual" onMouseDown=${(event: Event) => event.preventDefault()}>
        <div id="command-list" role="listbox" aria-label=${words.commands}>
          ${offered.map(
            (
              { command, description, usageHint },
              index,
            ) => html`<div key=${command} id=${`command-${index}`} role="option"
              class="option command" aria-selected=${index === active} data-active=${index === active || undefined}
              onPointerMove=${() => setActive(index)} onClick=${() => complete(index)}>
              <span><strong>${command}</strong> <code>${usageHint}</code></span>
              <small>${description}</small>
            </div>`,
          )}
        </div>
      </div>`
    }
  </form>`;
}
