import type { IncomingMessage, ServerResponse } from "node:http";
import { completeAttempt } from "#src/connections/complete.ts";
import { openAttempt } from "#src/connections/open.ts";
import { callbackPath, startPath } from "#src/connections/port.ts";
import type { Desk } from "#src/desk/context.ts";
import { nameOf } from "../explain.ts";
import { createTexts } from "../locales/texts.ts";
import { pageHeaders } from "../page.ts";
import { connectPage, type PageKind } from "./page.ts";

const statuses: Partial<Record<PageKind, number>> = {
  connected: 200,
  over: 410,
  unavailable: 503,
  fault: 500,
};

const longestAddress = 16_000;

/**
 * The addresses that a browser meets on its way to Entra and back. True when the request was one of them, and is answered.
 * Nothing of an address is logged or shown: it carries what only Entra and we may know.
 */
export async function serveConnect(
  desk: Desk,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const { connecting } = desk;
  const address = request.url ?? "";
  const [path = ""] = address.split("?");
  if (!connecting || (path !== startPath && path !== callbackPath)) return false;
  if (request.method !== "GET") {
    response.writeHead(405, { ...pageHeaders, allow: "GET" }).end();
    return true;
  }
  const query = new URLSearchParams(address.length > longestAddress ? "" : address.slice(path.length + 1));
  const cookie = cookieOf(connecting.publicUrl);
  try {
    if (path === startPath) await start(desk, cookie, query, request, response);
    else await callBack(desk, cookie, query, request, response);
  } catch (error) {
    desk.log.error({ path, error: nameOf(error) }, "a sign-in could not be served");
    if (response.headersSent) response.destroy();
    else show(request, response, null, "fault");
  }
  return true;
}

interface CookieShape {
  name: string;
  attributes: string;
}

/** With https the browser itself keeps the cookie to this host, and off plain connections. */
function cookieOf(publicUrl: string): CookieShape {
  const secure = publicUrl.startsWith("https:");
  return {
    name: secure ? "__Host-csp-desk-connect" : "csp-desk-connect",
    attributes: `Path=/; HttpOnly; SameSite=Lax${secure ? "; Secure" : ""}`,
  };
}

async function start(
  desk: Desk,
  cookie: CookieShape,
  query: URLSearchParams,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const opened = await openAttempt(desk, { link: query.get("attempt") ?? "" });
  if (opened.kind === "over") return show(request, response, opened.locale, "over");
  const seconds = Math.max(1, Math.round((opened.expiresAt.getTime() - desk.clock.now().getTime()) / 1_000));
  response
    .writeHead(302, {
      ...pageHeaders,
      "set-cookie": `${cookie.name}=${opened.cookie}; ${cookie.attributes}; Max-Age=${seconds}`,
      location: opened.url.href,
    })
    .end();
}

async function callBack(
  desk: Desk,
  cookie: CookieShape,
  query: URLSearchParams,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const completed = await completeAttempt(desk, { query, cookie: readCookie(request, cookie.name) });
  if (completed.kind !== "over")
    response.setHeader("set-cookie", `${cookie.name}=; ${cookie.attributes}; Max-Age=0`);
  const values =
    completed.kind === "connected"
      ? { upn: completed.userPrincipalName }
      : completed.kind === "other_user"
        ? { upn: completed.signedInAs, expected: completed.expected }
        : {};
  show(request, response, completed.locale, completed.kind, values);
}

function readCookie(request: IncomingMessage, name: string): string | null {
  const pairs = (request.headers.cookie ?? "").split(";").map((pair) => pair.trim());
  const found = pairs.find((pair) => pair.startsWith(`${name}=`));
  return found ? found.slice(name.length + 1) : null;
}

/** In the person's language, else in the browser's. */
function show(
  request: IncomingMessage,
  response: ServerResponse,
  locale: string | null,
  kind: PageKind,
  values: { upn?: string; expected?: string } = {},
): void {
  const texts = createTexts(locale ?? request.headers["accept-language"] ?? "en", "UTC");
  response
    .writeHead(statuses[kind] ?? 403, { ...pageHeaders, "content-type": "text/html; charset=utf-8" })
    .end(connectPage(texts, kind, values));
}
