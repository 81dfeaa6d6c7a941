import type { FastifyInstance, FastifyReply } from "fastify";
import { NotPossible } from "../model.ts";
import { organisation } from "../workspace.ts";
import { consentPage, refusalPage } from "./consent-page.ts";
import { CLIENT_ID, type Installs, type Tenant } from "./installs.ts";

/** Serves `/oauth/v2/authorize`: the page on which somebody lets the app into a workspace, and the way back from it. */
export function authorizeRoutes(server: FastifyInstance, installs: Installs<Tenant>): void {
  const html = (reply: FastifyReply, status: number, page: string) =>
    reply.code(status).type("text/html; charset=utf-8").send(page);

  server.get("/oauth/v2/authorize", async (request, reply) => {
    const asked = new URLSearchParams(request.url.split("?")[1] ?? "");
    const wrong = whatIsWrong(asked, installs);
    return wrong
      ? html(reply, 400, refusalPage(wrong))
      : html(reply, 200, consentPage(asked, installs.tenants));
  });

  server.post("/oauth/v2/authorize", async (request, reply) => {
    const form = new URLSearchParams(Buffer.isBuffer(request.body) ? request.body.toString("utf8") : "");
    const asked = new URLSearchParams(form.get("asked") ?? "");
    const wrong = whatIsWrong(asked, installs);
    if (wrong) return html(reply, 400, refusalPage(wrong));
    const redirectUri = asked.get("redirect_uri") ?? "";
    const back = new URL(redirectUri);
    if (form.get("answer") === "allow") {
      const place = form.get("place") ?? "";
      const whole = place === organisation.id;
      const tenant = installs.tenants.find(({ workspace }) => whole || workspace.team.id === place);
      if (!tenant) return html(reply, 400, refusalPage("There is no such workspace."));
      const by = installer(tenant, form.get("person") ?? "");
      const granted = { tenant, whole, by, scopes: asked.get("scope") ?? "" };
      back.searchParams.set("code", installs.grant(granted, redirectUri));
    } else {
      back.searchParams.set("error", "access_denied");
    }
    const state = asked.get("state");
    if (state !== null) back.searchParams.set("state", state);
    return reply.code(302).header("location", back.href).send();
  });
}

function whatIsWrong(asked: URLSearchParams, installs: Installs<Tenant>): string | null {
  if (asked.get("client_id") !== CLIENT_ID) return "invalid_client_id";
  const redirectUri = asked.get("redirect_uri") ?? "";
  const [first] = installs.tenants;
  if (!URL.canParse(redirectUri) || !first?.workspace.grants.mayReturnTo(redirectUri))
    return "bad_redirect_uri: it is not among the redirect URLs of the manifest";
  const scopes = (asked.get("scope") ?? "").split(",").filter(Boolean);
  const undeclared = scopes.filter((scope) => !first.workspace.grants.has(scope));
  if (scopes.length === 0 || undeclared.length > 0) return `invalid_scope: ${undeclared.join(", ")}`;
  return null;
}

function installer({ workspace }: Tenant, key: string): string {
  const person = [...workspace.people.values()].find((one) => one.key === key);
  if (!person) throw new NotPossible(`There is nobody called ${key}`);
  return person.id;
}
