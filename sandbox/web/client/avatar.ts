import { html } from "htm/preact";
import type { Person } from "#sandbox/slack/model.ts";

const tones = 8;

/** Initials, in one of eight colours. `place` is where the person stands among all; negative for nobody. */
export function Avatar({ name, place, size = "medium" }: { name: string; place: number; size?: string }) {
  const words = name.replaceAll(/[()]/g, "").split(/\s+/).filter(Boolean);
  const initials = [words[0], words.length > 1 ? words.at(-1) : undefined]
    .map((word) => word?.[0] ?? "")
    .join("");
  return html`<span class=${`avatar ${size} tone-${place < 0 ? "none" : place % tones}`} aria-hidden="true">${initials.toUpperCase()}</span>`;
}

export function AppAvatar({ size = "medium" }: { size?: string }) {
  return html`<span class=${`avatar app ${size}`} aria-hidden="true">
    <svg viewBox="0 0 24 24"><path d="M6 8h12M6 12h12M6 16h7" /></svg>
  </span>`;
}

/** What the person is in the workspace, and the language they read. */
export function describe(person: Person): string {
  const standing = person.deactivated
    ? "Deactivated"
    : person.isGuest
      ? "Guest"
      : person.isAdmin
        ? "Workspace admin"
        : "Member";
  const language = new Intl.DisplayNames("en", { type: "language" }).of(person.locale.split("-")[0] ?? "en");
  return `${standing} · ${language}`;
}
