import { html } from "htm/preact";
import type { Delivery } from "#sandbox/slack/model.ts";
import { post } from "./api.ts";
import { useDesk } from "./desk.ts";
import { MenuButton } from "./menu.ts";

/** The menu of the app's shortcuts: those for this message, or without one the global ones. None, no menu. */
export function ShortcutMenu({ message }: { message?: { ts: string } }) {
  const { setting, seen, words, complain } = useDesk();
  const type = message ? "message" : "global";
  const shortcuts = setting.shortcuts.filter((shortcut) => shortcut.type === type);
  if (shortcuts.length === 0) return null;

  const pick = async (callbackId: string): Promise<void> => {
    try {
      const body = { person: seen.person.key, callbackId, ...(message ? { message } : {}) };
      const { result } = await post<Delivery>("/control/shortcuts", body);
      if (result?.outcome !== "answered") complain(new Error(words.noAnswer));
    } catch (error) {
      complain(error);
    }
  };
  return html`<${MenuButton} className="icon-button" label=${message ? words.messageActions : words.shortcuts}
    face=${html`<span aria-hidden="true">${message ? "⋯" : "+"}</span>`}
    items=${shortcuts.map(({ callbackId, name, description }) => ({
      key: callbackId,
      label: html`<span class="menu-text"><span>${name}</span><small>${description}</small></span>`,
      pick: () => void pick(callbackId),
    }))} />`;
}
