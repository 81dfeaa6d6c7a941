import { html } from "htm/preact";
import { useLayoutEffect, useRef } from "preact/hooks";

const focusable =
  "a[href], button:not([tabindex='-1']), input, textarea, select, summary, [tabindex]:not([tabindex='-1'])";

/** A modal dialog. Keeps the focus inside while it is open, and gives it back to where it was. */
export function Dialog({
  className,
  labelledBy,
  onCancel,
  children,
}: {
  className: string;
  labelledBy: string;
  /** Escape was pressed. */
  onCancel: () => void;
  children?: unknown;
}) {
  const dialog = useRef<HTMLDialogElement>(null);

  useLayoutEffect(() => {
    const element = dialog.current;
    const before = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    element?.showModal();
    return () => {
      element?.close();
      const back = before?.isConnected && before !== document.body ? before : document.getElementById("main");
      back?.focus();
    };
  }, []);

  // Escape twice without anything between: the browser closes it, asked or not.
  const reopen = (event: Event): void => {
    if (event.target === dialog.current && !dialog.current?.open) dialog.current?.showModal();
  };

  const keepInside = (event: KeyboardEvent): void => {
    if (event.key !== "Tab" || !dialog.current) return;
    const all = [...dialog.current.querySelectorAll<HTMLElement>(focusable)].filter(
      (element) => element.checkVisibility() && !(element as HTMLButtonElement).disabled,
    );
    const [first] = all;
    const last = all.at(-1);
    const leaving = document.activeElement === (event.shiftKey ? first : last);
    if (!leaving) return;
    event.preventDefault();
    (event.shiftKey ? last : first)?.focus();
  };

  return html`<dialog ref=${dialog} class=${`dialog ${className}`} aria-labelledby=${labelledBy} onKeyDown=${keepInside}
    onCancel=${(event: Event) => {
      if (event.target !== dialog.current) return;
      event.preventDefault();
      onCancel();
    }} onClose=${reopen}>${children}</dialog>`;
}
