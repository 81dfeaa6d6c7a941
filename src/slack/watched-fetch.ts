import type { FetchFunction } from "@slack/web-api";
import { request } from "undici";
import { measure } from "#src/desk/measure.ts";
import { annotate, traced } from "#src/desk/trace.ts";

/**
 * `fetch` for Slack's Web API: each call is counted and timed by its method. Nothing of what is sent or answered is read.
 * A redirect is no answer.
 */
export const watchedFetch: FetchFunction = (url, init) => {
  const method = methodOf(url);
  const startedAt = performance.now();
  const report = (result: "ok" | "limited" | "refused" | "unanswered") =>
    measure("slackCall", { method, result, seconds: (performance.now() - startedAt) / 1_000 });
  return traced(`slack api ${method}`, "client", {}, async () => {
    try {
      const response = await send(url, init);
      annotate({ status: response.status });
      report(response.status === 429 ? "limited" : response.ok ? "ok" : "refused");
      return response;
    } catch (error) {
      report("unanswered");
      throw error;
    }
  });
};

/** All but uploads is text, for which `fetch` and its streams cost twice as much processor time as the request itself. */
const send: FetchFunction = async (url, init) => {
  if (typeof init?.body !== "string") return globalThis.fetch(url, init as RequestInit);
  const { method = "POST", headers = {}, body, signal = null } = init;
  const response = await request(url, { method: method as "POST", headers, body, signal });
  const { statusCode: status } = response;
  // Read in any case: what is left unread keeps its connection.
  const text = await response.body.text();
  if (status >= 300 && status < 400) throw new Error(`redirected with ${status}`);
  const entries = Object.entries(response.headers).map(([name, value]): [string, string] => [
    name,
    String(value),
  ]);
  const answered = new Map(entries);
  return {
    ok: status >= 200 && status < 300,
    status,
    statusText: response.statusText ?? "",
    url: String(url),
    headers: { get: (name) => answered.get(name.toLowerCase()) ?? null, entries: () => answered },
    text: async () => text,
    json: async () => JSON.parse(text) as unknown,
    arrayBuffer: async () => new TextEncoder().encode(text).buffer,
  };
};

/** Methods are words of Slack's; an address of another kind is none. */
function methodOf(url: string | URL): string {
  const last = new URL(url).pathname.split("/").at(-1) ?? "";
  return /^[a-z]+(\.[A-Za-z]+){1,3}$/.test(last) ? last : "other";
}
