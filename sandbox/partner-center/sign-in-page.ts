import { PARTNER_TENANT_ID, seedPartnerUsers } from "./seed.ts";

const style = `
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0; padding: 2.5rem 1.25rem; }
main { max-width: 30rem; margin: 0 auto; }
.note { background: #fff3c4; color: #4a3b00; padding: 0.5rem 0.75rem; margin: 0 0 1.5rem; }
h1 { font-size: 1.5rem; margin: 0 0 0.25rem; }
fieldset { border: 1px solid #8887; margin: 1rem 0; padding: 0.5rem 1rem 0.75rem; }
legend { font-weight: 600; padding: 0 0.375rem; }
label { display: grid; grid-template-columns: 1.5rem 1fr; align-items: baseline; padding: 0.25rem 0; }
label small { display: block; opacity: 0.75; }
button { font: inherit; padding: 0.5rem 1.25rem; margin-right: 0.5rem; }
button[value="yes"] { background: #1f5fbf; color: #fff; border: 1px solid #1f5fbf; }
`;

/** The sandbox's own sign-in page, in the place of Entra's: who signs in, and whether with a second factor. */
export function signInPage(asked: URLSearchParams): string {
  const hint = asked.get("login_hint")?.toLowerCase();
  const users = seedPartnerUsers.map(({ displayName, userPrincipalName, roles }) => {
    const checked = userPrincipalName === hint ? " checked" : "";
    const about = `${userPrincipalName} · ${roles.join(", ") || "no role"}`;
    return `<label><input type="radio" name="user" value="${escapeHtml(userPrincipalName)}" required${checked}>
<span>${escapeHtml(displayName)}<small>${escapeHtml(about)}</small></span></label>`;
  });
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sandbox sign-in</title>
<style>${style}</style>
</head>
<body>
<main>
<p class="note">Sandbox. This is not Microsoft: nobody's password is asked for.</p>
<h1>Pick a partner user</h1>
<p>of tenant ${PARTNER_TENANT_ID}, for CSP Desk</p>
<form method="post">
<input type="hidden" name="asked" value="${escapeHtml(asked.toString())}">
<fieldset><legend>Who signs in</legend>
${users.join("\n")}
</fieldset>
<fieldset><legend>Second factor</legend>
<label><input type="checkbox" name="mfa" value="yes" checked><span>Done<small>Without it, Partner Center refuses the token</small></span></label>
</fieldset>
<button type="submit" name="accept" value="yes">Sign in</button>
<button type="submit" name="accept" value="no" formnovalidate>Cancel</button>
</form>
</main>
</body>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
