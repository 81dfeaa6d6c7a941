import { createHash } from "node:crypto";
import type { Texts } from "./locales/texts.ts";

const style = `
:root { color-scheme: light dark; }
body { font: 1.125rem/1.6 system-ui, sans-serif; margin: 0; padding: 3rem 1.25rem; }
main { max-width: 34rem; margin: 0 auto; border-left: 0.375rem solid #b3541e; padding-left: 1.25rem; }
main.good { border-color: #1d7a4c; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 0.75rem; }
p { margin: 0 0 0.75rem; overflow-wrap: anywhere; }
.app { font-size: 0.9375rem; opacity: 0.75; }
`;

const styleHash = createHash("sha256").update(style).digest("base64");

/** What every answer of these addresses carries: nothing is loaded, framed, kept or sent on. */
export const pageHeaders: Record<string, string> = {
  "content-security-policy": `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "cache-control": "no-store",
};

/** A page without script in the person's language. Title and text are escaped; `good` where what it tells is what was wanted. */
export function htmlPage(texts: Texts, page: { title: string; text: string; good: boolean }): string {
  const title = escapeHtml(page.title);
  return `<!doctype html>
<html lang="${texts.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · ${escapeHtml(texts.plain("app"))}</title>
<style>${style}</style>
</head>
<body>
<main${page.good ? ' class="good"' : ""}>
<p class="app">${escapeHtml(texts.plain("app"))}</p>
<h1>${title}</h1>
<p>${escapeHtml(page.text)}</p>
</main>
</body>
</html>
`;
}

function escapeHtml(text: string): string {
  const entities: Record<string, string> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? "");
}
