import { section, sections, warning } from "./blocks/blocks.ts";
import { type Modal, modal } from "./blocks/modal.ts";
import { contactLines } from "./help/contact.ts";
import type { TextKey, Texts } from "./locales/texts.ts";

/** Shown at once, before anything is asked of anyone. */
export function loadingView(texts: Texts): Modal {
  return modal(texts, { title: texts.plain("app"), blocks: [section(texts.markup("loading"))] });
}

/** Shown while other services are asked; `working` says what for. */
export function workingView(texts: Texts, title: string, working: TextKey): Modal {
  return modal(texts, { title, blocks: [section(texts.markup(working))] });
}

/** Why there is no form, as markup, and where to go from here. */
export function refusalView(texts: Texts, markup: string, helpContact: string | null): Modal {
  return modal(texts, {
    title: texts.plain("app"),
    blocks: [
      warning(markup),
      ...sections([texts.markup("refusal.help"), ...contactLines(texts, helpContact)]),
    ],
  });
}
