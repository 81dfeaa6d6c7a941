import { createBullBoard } from "@bull-board/api";
import { BullMQAdapter } from "@bull-board/api/bullMQAdapter";
import { ExpressAdapter } from "@bull-board/express";
import type { Queue } from "bullmq";
import { type Page, queuesPath } from "./listener.ts";

/** Everything that the pages need is here; what they would fetch from elsewhere, such as fonts, they do without. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** The queues to look at and nothing more: a job is a doorbell, and what happens to a request is decided by its row. */
export function createBoard(queues: readonly Queue[]): Page {
  const server = new ExpressAdapter();
  server.setBasePath(queuesPath);
  createBullBoard({
    queues: queues.map((queue) => new BullMQAdapter(queue, { readOnlyMode: true })),
    serverAdapter: server,
    options: { uiConfig: { boardTitle: "CSP Desk" } },
  });
  const router = server.getRouter();
  return (request, response) => {
    response.setHeader("content-security-policy", contentSecurityPolicy);
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.writeHead(405, { "content-type": "text/plain; charset=utf-8", allow: "GET" });
      response.end("Here one can only look. To ring for a request again: npm run requeue\n");
      return;
    }
    // The board's own paths begin after ours.
    request.url = (request.url ?? "").slice(queuesPath.length) || "/";
    if (!request.url.startsWith("/")) request.url = `/${request.url}`;
    router(request, response);
  };
}
