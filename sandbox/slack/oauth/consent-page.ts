import { organisation } from "../workspace.ts";
import type { Tenant } from "./installs.ts";

const style = `
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0; padding: 2.5rem 1.25rem; }
main { max-width: 30rem; margin: 0 auto; }
.note { background: #fff3c4; color: #4a3b00; padding: 0.5rem 0.75rem; margin: 0 0 1.5rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 0.25rem; }
fieldset { border: 1px solid #8887; margin: 1rem 0; padding: 0.5rem 1rem 0.75rem; }
legend { font-weight: 600; padding: 0 0.375rem; }
label { display: grid; grid-template-columns: 1.5rem 1fr; align-items: baseline; padding: 0.25rem 0; }
ul { padding-left: 1.25rem; }
button { font: inherit; padding: 0.5rem 1.25rem; margin-right: 0.5rem; }
button[value="allow"] { background: #1d7a4c; color: #fff; border: 1px solid #1d7a4c; }
`;

/** The sandbox's own consent page, in the place of Slack's: where the app is installed, and by whom. */
export function consentPage(asked: URLSearchParams, tenants: readonly Tenant[]): string {
  const [first] = tenants;
  const places = [
    ...tenants.map(({ workspace: { team } }) => ({ value: team.id, text: `The workspace ${team.name}` })),
    { value: organisation.id, text: `All workspaces of ${organisation.name}` },
  ];
  const people = [...(first?.workspace.people.values() ?? [])].filter(
    ({ deactivated, isGuest }) => !deactivated && !isGuest,
  );
  const scopes = (asked.get("scope") ?? "").split(",").filter(Boolean);
  return page(
    "CSP Desk asks for permission",
    `<form method="post">
<input type="hidden" name="asked" value="${escapeHtml(asked.toString())}">
${choice("Where it is installed", "place", places)}
${choice(
  "Who installs it",
  "person",
  people.map(({ key, realName }) => ({ value: key, text: realName })),
)}
<h2>What it may do there</h2>
<ul>${scopes.map((scope) => `<li>${escapeHtml(scope)}</li>`).join("")}</ul>
<button type="submit" name="answer" value="allow">Allow</button>
<button type="submit" name="answer" value="cancel" formnovalidate>Cancel</button>
</form>`,
  );
}

/** Says why Slack would not even ask. */
export function refusalPage(error: string): string {
  return page("Slack can't ask for that", `<p>${escapeHtml(error)}</p>`);
}

function choice(legend: string, name: string, options: { value: string; text: string }[]): string {
  const radios = options.map(
    ({ value, text }, index) =>
      `<label><input type="radio" name="${name}" value="${escapeHtml(value)}" required${index === 0 ? " checked" : ""}> <span>${escapeHtml(text)}</span></label>`,
  );
  return `<fieldset><legend>${legend}</legend>\n${radios.join("\n")}\n</fieldset>`;
}

function page(title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<main>
<p class="note">Sandbox. This is not Slack.</p>
<h1>${title}</h1>
${content}
</main>
</body>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
