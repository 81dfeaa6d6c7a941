import type { Texts } from "../locales/texts.ts";
import { htmlPage } from "../page.ts";

/** How a sign-in stands, as the browser is told. */
export type PageKind =
  | "connected"
  | "other_user"
  | "other_tenant"
  | "mfa"
  | "consent"
  | "declined"
  | "unavailable"
  | "refused"
  | "over"
  | "fault";

/** A page without script in the person's language. `values` are people's names. */
export function connectPage(
  texts: Texts,
  kind: PageKind,
  values: { upn?: string; expected?: string } = {},
): string {
  return htmlPage(texts, {
    title: texts.plain(`connect.page.${kind}.title`),
    text: texts.plain(`connect.page.${kind}.text`, { upn: "–", expected: "–", ...values }),
    good: kind === "connected",
  });
}
