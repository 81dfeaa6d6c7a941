import { randomBytes } from "node:crypto";

/** Addresses of the two libraries the page is built with. */
export const libraries: Record<string, string> = {
  preact: "/modules/preact.js",
  "preact/hooks": "/modules/preact-hooks.js",
  htm: "/modules/htm.js",
  "htm/preact": "/modules/htm-preact.js",
};

/** Files in `style/`, in the order in which they apply. */
export const styles = [
  "base.css",
  "page.css",
  "form.css",
  "message.css",
  "dialog.css",
  "panel.css",
  "adapt.css",
];

/** The page and the headers that keep it to its own origin. A new nonce for each. */
export function page(title: string): { html: string; headers: Record<string, string> } {
  const nonce = randomBytes(16).toString("base64");
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)}</title>
<link rel="icon" href="/web/icon.svg" type="image/svg+xml">
${styles.map((name) => `<link rel="stylesheet" href="/web/style/${name}">`).join("\n")}
<script type="importmap" nonce="${nonce}">${JSON.stringify({ imports: libraries })}</script>
<script type="module" src="/web/client/main.ts"></script>
</head>
<body>
<div id="app"><noscript>This page needs JavaScript.</noscript></div>
</body>
</html>
`;
  const policy = [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}'`,
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
  return { html, headers: { ...guards, "content-security-policy": policy } };
}

/** For every answer of the page's server. */
export const guards: Record<string, string> = {
  "x-frame-options": "DENY",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-store",
};

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
