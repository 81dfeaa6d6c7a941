import { html } from "htm/preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { usePopover } from "./popover.ts";

export interface MenuItem {
  key: string;
  label: unknown;
  /** For one of several of which one holds. */
  checked?: boolean;
  disabled?: boolean;
  /** Opens there, in a tab of its own. */
  href?: string | undefined;
  pick: () => void;
}

/** A button with a menu: arrow keys, Home, End, Escape; the focus returns to the button. */
export function MenuButton({
  id,
  label,
  face,
  textual = false,
  className,
  items,
  wide = false,
}: {
  id?: string;
  /** Accessible name of the menu, and of the button unless its face is text. */
  label: string;
  /** What the button shows. */
  face: unknown;
  textual?: boolean;
  className: string;
  items: MenuItem[];
  /** As wide as the button. */
  wide?: boolean;
}) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const popup = usePopover<HTMLDivElement>(button, open, () => setOpen(false), { wide });
  const entries = (): HTMLElement[] => [
    ...(popup.current?.querySelectorAll<HTMLElement>("[role^=menuitem]:not([aria-disabled=true])") ?? []),
  ];

  useLayoutEffect(() => {
    if (open) (entries().find((entry) => entry.ariaChecked === "true") ?? entries()[0])?.focus();
  }, [open]);

  const close = (): void => {
    setOpen(false);
    button.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const all = entries();
    const at = all.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1 + all.length, Home: 0, End: all.length - 1 }[event.key];
    if (to !== undefined) all[to % all.length]?.focus();
    else if (event.key === "Escape") close();
    else if (event.key === "Tab") setOpen(false);
    else return;
    if (event.key !== "Tab") event.preventDefault();
    event.stopPropagation();
  };
  const pick = (item: MenuItem) => (): void => {
    if (item.disabled) return;
    close();
    item.pick();
  };

  return html`
    <button ref=${button} id=${id} type="button" class=${className} aria-haspopup="menu" aria-expanded=${open}
      aria-label=${textual ? undefined : label} onClick=${() => setOpen(!open)}
      onKeyDown=${(event: KeyboardEvent) => {
        if (event.key !== "ArrowDown" || open) return;
        event.preventDefault();
        setOpen(true);
      }}>${face}</button>
    ${
      open &&
      html`<div ref=${popup} class="popup menu" role="menu" popover="manual" aria-label=${label} onKeyDown=${onKeyDown}>
        ${items.map((item) => {
          const role = item.checked === undefined ? "menuitem" : "menuitemradio";
          const common = {
            key: item.key,
            role,
            tabIndex: -1,
            class: "menu-item",
            "aria-checked": item.checked,
            "aria-disabled": item.disabled || undefined,
            onClick: pick(item),
          };
          return item.href === undefined
            ? html`<button type="button" ...${common}>${item.label}</button>`
            : html`<a href=${item.href} target="_blank" rel="noopener noreferrer" ...${common}>${item.label}</a>`;
        })}
      </div>`
    }`;
}
