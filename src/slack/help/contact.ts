import type { Texts, Value } from "../locales/texts.ts";

/** Where help is to be had beyond this app, in a line of markup; none where nobody said so. */
export function contactLines(texts: Texts, helpContact: string | null): string[] {
  return helpContact === null ? [] : [texts.markup("help.contact", { contact: leadingTo(helpContact) })];
}

/** What can be opened becomes a link. */
function leadingTo(contact: string): Value {
  if (/^(https?:\/\/|mailto:)\S+$/i.test(contact))
    return { link: contact, label: contact.replace(/^mailto:/i, "") };
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(contact) ? { link: `mailto:${contact}`, label: contact } : contact;
}
