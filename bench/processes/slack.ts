import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * A Slack that costs nothing: every Web API call is answered at once. `GET /count` tells how many calls came that draw
 * something, so that a round is over when what it set off has arrived; and what each kind of call drew first.
 */
let drawn = 0;
const views: Record<string, string> = {};
let serial = 0;

const emails: Record<string, string> = { U0READER: "global.admin@partner.example" };

const answers: Record<string, (asked: URLSearchParams) => object> = {
  "auth.test": () => ({ team_id: "T0BENCH", user_id: "U0BOT", bot_id: "B0BOT" }),
  "views.open": () => ({ view: { id: "V0BENCH", hash: "h" } }),
  "views.update": () => ({ view: { id: "V0BENCH", hash: "h" } }),
  "conversations.open": () => ({ channel: { id: "D0BENCH" } }),
  "chat.postMessage": () => ({ channel: "D0BENCH", ts: `1790000000.${String(serial).padStart(6, "0")}` }),
  "users.info": (asked) => ({
    user: {
      id: asked.get("user"),
      name: "bench",
      locale: "en-US",
      tz: "UTC",
      profile: { email: emails[asked.get("user") ?? ""] ?? "admin.agent@partner.example" },
    },
  }),
};

const server = createServer((request, response) => {
  let sent = "";
  request.setEncoding("utf8");
  request.on("data", (chunk: string) => {
    sent += chunk;
  });
  request.on("end", () => {
    const method = request.url?.split("/").at(-1) ?? "";
    serial += 1;
    if (/^(views|chat)\./.test(method)) {
      drawn += 1;
      const asked = views[method] === undefined ? new URLSearchParams(sent) : null;
      if (asked) views[method] = asked.get("view") ?? asked.get("blocks") ?? "";
    }
    const body =
      method === "count" ? { drawn, views } : { ok: true, ...answers[method]?.(new URLSearchParams(sent)) };
    response.setHeader("content-type", "application/json").end(JSON.stringify(body));
  });
});
server.listen(0, "127.0.0.1", () => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`;
  process.stdout.write(`${JSON.stringify({ ready: true, url })}\n`);
});
process.on("SIGTERM", () => process.exit(0));
process.on("disconnect", () => process.exit(0));
