import type { FetchFunction } from "@slack/web-api";
import { measure } from "#src/desk/measure.ts";
import { annotate, traced } from "#src/desk/trace.ts";

/** `fetch` for Slack's Web API: each call is counted and timed by its method. Nothing of what is sent or answered is read. */
export const watchedFetch: FetchFunction = (url, init) => {
  const method = methodOf(url);
  const startedAt = performance.now();
  const report = (result: "ok" | "limited" | "refused" | "unanswered") =>
    measure("slackCall", { method, result, seconds: (performance.now() - startedAt) / 1_000 });
  return traced(`slack api ${method}`, "client", {}, async () => {
    try {
      const response = await globalThis.fetch(url, init as RequestInit);
      annotate({ status: response.status });
      report(response.status === 429 ? "limited" : response.ok ? "ok" : "refused");
      return response;
    } catch (error) {
      report("unanswered");
      throw error;
    }
  });
};

/** Methods are words of Slack's; an address of another kind is none. */
function methodOf(url: string | URL): string {
  const last = new URL(url).pathname.split("/").at(-1) ?? "";
  return /^[a-z]+(\.[A-Za-z]+){1,3}$/.test(last) ? last : "other";
}
