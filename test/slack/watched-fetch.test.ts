import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { watchedFetch } from "#src/slack/watched-fetch.ts";

let server: Server;
let url: string;
const heard: { path: string; type: string; body: string }[] = [];
beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const path = request.url ?? "";
      heard.push({
        path,
        type: request.headers["content-type"] ?? "",
        body: Buffer.concat(chunks).toString(),
      });
      if (path === "/moved") response.writeHead(302, { location: `${url}/elsewhere` }).end();
      else if (path === "/limited") response.writeHead(429, { "retry-after": "30" }).end("slow down");
      else response.writeHead(200, { "x-oauth-scopes": "chat:write" }).end('{"ok":true}');
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, "close");
});

const post = (path: string, body: string | FormData) =>
  watchedFetch(`${url}${path}`, {
    method: "POST",
    body,
    redirect: "error",
    signal: AbortSignal.timeout(60_000),
  });

describe("a call to Slack", () => {
  test("is answered with status, headers and text", async () => {
    const answer = await post("/chat.update", "text=Gr%C3%BC%C3%9Fe");
    expect({ ok: answer.ok, status: answer.status }).toEqual({ ok: true, status: 200 });
    expect(answer.headers.get("X-OAuth-Scopes")).toBe("chat:write");
    expect(answer.headers.get("retry-after")).toBeNull();
    expect(await answer.json()).toEqual({ ok: true });
    expect(heard.at(-1)?.body).toBe("text=Gr%C3%BC%C3%9Fe");
  });

  test("invariant 8: is not sent on to where a redirect leads", async () => {
    await expect(post("/moved", "token=none")).rejects.toThrow("redirected with 302");
    expect(heard.map(({ path }) => path)).not.toContain("/elsewhere");
  });

  test("that is limited says for how long", async () => {
    const answer = await post("/limited", "a=1");
    expect([answer.ok, answer.status, answer.headers.get("Retry-After")]).toEqual([false, 429, "30"]);
  });

  test("with a file in it goes out as a form", async () => {
    const form = new FormData();
    form.append("file", new Blob(["a;b"]), "activity.csv");
    expect((await post("/upload", form)).status).toBe(200);
    expect(heard.at(-1)?.type).toMatch(/^multipart\/form-data/);
    expect(heard.at(-1)?.body).toContain("activity.csv");
  });

  test("ends when its time is over", async () => {
    const aborted = watchedFetch(`${url}/chat.update`, {
      method: "POST",
      body: "a=1",
      signal: AbortSignal.abort(),
    });
    await expect(aborted).rejects.toThrow();
  });
});
