import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { type SlackStandIn, startSlackStandIn } from "#sandbox/slack/start.ts";
import { Secret } from "#src/config/secret.ts";
import type { Chat } from "#src/messages/port.ts";
import { createChat } from "#src/slack/chat.ts";
import { download, isSlackAddress } from "#src/slack/files.ts";
import { accessTo } from "./slack-desk.ts";

const token = new Secret("xoxb-canary-token");
const most = 1_000;

/** Somebody else's server: what it was asked, and with which authorization. */
let foreign: Server;
let foreignUrl: string;
const asked: { path: string; authorization: string | undefined }[] = [];
let respond: (request: IncomingMessage, response: ServerResponse) => void;
beforeAll(async () => {
  foreign = createServer((request, response) => {
    asked.push({ path: request.url ?? "", authorization: request.headers.authorization });
    respond(request, response);
  });
  await new Promise<void>((resolve) => foreign.listen(0, "127.0.0.1", resolve));
  foreignUrl = `http://127.0.0.1:${(foreign.address() as AddressInfo).port}`;
});
beforeEach(() => {
  asked.length = 0;
  respond = (_request, response) => response.end("%PDF-1.7 stolen");
});
afterAll(async () => {
  foreign.closeAllConnections();
  await new Promise((resolve) => foreign.close(resolve));
});

describe("S6 invariant 8: which addresses files are fetched from", () => {
  test.each([
    ["https://files.slack.com/files-pri/T1-F1/download/a.pdf", true],
    ["https://slack.com/files/T1/F1/a.pdf", true],
    ["http://files.slack.com/files-pri/T1-F1/a.pdf", false],
    ["https://files.slack.com.evil.example/a.pdf", false],
    ["https://files.slack.com:8443/a.pdf", false],
    ["https://evil.example/files.slack.com/a.pdf", false],
    ["https://files.slack.com@evil.example/a.pdf", false],
    ["https://me:secret@files.slack.com/a.pdf", false],
    ["https://drive.google.com/a.pdf", false],
    ["http://169.254.169.254/latest/meta-data", false],
    ["file:///etc/passwd", false],
    ["", false],
  ])("S6 %s: %s", (address, ours) => {
    expect(isSlackAddress(address, "https://slack.com/api/")).toBe(ours);
  });

  test("S6 the origin of a configured API counts, with its port", () => {
    expect(isSlackAddress("http://127.0.0.1:4010/files-pri/a", "http://127.0.0.1:4010/api/")).toBe(true);
    expect(isSlackAddress("http://127.0.0.1:4011/files-pri/a", "http://127.0.0.1:4010/api/")).toBe(false);
  });

  test("S6 somebody else's address is not asked, and gets no token", async () => {
    const isOurs = (address: string) => isSlackAddress(address, "https://slack.com/api/");
    expect(await download(`${foreignUrl}/a.pdf`, { token, mostBytes: most, isOurs })).toEqual({
      kind: "problem",
      problem: "elsewhere",
    });
    expect(asked).toEqual([]);
  });

  test("S6 without that check it would be asked, and would get the token", async () => {
    const bytes = await download(`${foreignUrl}/a.pdf`, { token, mostBytes: most, isOurs: () => true });
    expect(bytes).toEqual(Buffer.from("%PDF-1.7 stolen"));
    expect(asked).toEqual([{ path: "/a.pdf", authorization: "Bearer xoxb-canary-token" }]);
  });
});

describe("S6 what a download gives", () => {
  const fetchIt = (path = "/a.pdf") =>
    download(`${foreignUrl}${path}`, {
      token,
      mostBytes: most,
      isOurs: (address) => address.startsWith(foreignUrl),
    });

  test("S6 a redirect is not followed, wherever it leads", async () => {
    respond = (_request, response) => response.writeHead(302, { location: `${foreignUrl}/elsewhere` }).end();
    expect(await fetchIt()).toEqual({ kind: "problem", problem: "unreadable" });
    expect(asked.map(({ path }) => path)).toEqual(["/a.pdf"]);
  });

  test("S6 a page to sign in is no file, though it comes with 200", async () => {
    respond = (_request, response) =>
      response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end("<p>Please sign in.");
    expect(await fetchIt()).toEqual({ kind: "problem", problem: "unreadable" });
  });

  test("S6 one that says it is too large is not read", async () => {
    respond = (_request, response) => {
      response.writeHead(200, { "content-length": String(most + 1) });
      response.write("x");
    };
    expect(await fetchIt()).toEqual({ kind: "problem", problem: "too_large" });
  });

  test("S6 one that does not say so is cut off when it is", async () => {
    respond = (_request, response) => {
      const more = () => {
        if (!response.destroyed) response.write("x".repeat(100), () => setImmediate(more));
      };
      more();
    };
    expect(await fetchIt()).toEqual({ kind: "problem", problem: "too_large" });
  });

  test("S6 the largest that is taken comes whole", async () => {
    respond = (_request, response) => response.end("x".repeat(most));
    expect(await fetchIt()).toHaveLength(most);
  });

  test.each([
    [404, "gone"],
    [403, "unreadable"],
  ])("S6 %i means %s", async (status, problem) => {
    respond = (_request, response) => response.writeHead(status).end();
    expect(await fetchIt()).toEqual({ kind: "problem", problem });
  });

  test("S6 a busy, broken or silent server is worth another try", async () => {
    respond = (_request, response) => response.writeHead(429, { "retry-after": "7" }).end();
    await expect(fetchIt()).rejects.toMatchObject({ kind: "wait", retryAfterMs: 7_000 });
    respond = (_request, response) => response.writeHead(503).end();
    await expect(fetchIt()).rejects.toMatchObject({ kind: "unknown" });
    respond = (_request, response) => {
      response.writeHead(200, { "content-length": "10" });
      response.write("x", () => response.destroy());
    };
    await expect(fetchIt()).rejects.toMatchObject({ kind: "unknown", message: "a file broke off" });
    respond = (request) => request.socket.destroy();
    await expect(fetchIt()).rejects.toMatchObject({ kind: "unknown" });
  });
});

describe("S6 files in a workspace", () => {
  let slack: SlackStandIn;
  let chat: Chat;
  beforeAll(async () => {
    slack = await startSlackStandIn({ manifest: parse(await readFile("manifest.yml", "utf8")) });
    chat = createChat(accessTo(slack));
  });
  afterAll(() => slack.close());

  const workspaceId = "T0CSPDESK";
  const read = (fileId: string) => chat.readFile({ workspaceId, fileId, mostBytes: 10_000_000 });
  const send = async (name: string, bytes: Buffer) => {
    const { channel } = await chat.openDirect({ workspaceId, slackUserId: slack.as("admin.agent").id });
    await chat.sendFiles({ workspaceId, channel, files: [{ name, bytes }] });
    return slack.as("admin.agent").dm().at(-1)?.fileIds[0] ?? "";
  };

  test("S6 a file goes up and comes down as it was", async () => {
    const bytes = Buffer.from([0x25, 0x50, 0x44, 0x46, 0, 255, 254]);
    const fileId = await send("Rechnung für <Söhne>.pdf", bytes);
    expect(await read(fileId)).toEqual({
      kind: "file",
      name: "Rechnung für <Söhne>.pdf",
      permalink: expect.stringContaining(fileId),
      bytes,
    });
    expect(await chat.hasFile({ workspaceId, fileId })).toBe(true);
    expect(slack.calls.filter(({ ok }) => !ok)).toEqual([]);
  });

  test("S6 one that is not there is gone", async () => {
    expect(await read("F404")).toEqual({ kind: "problem", problem: "gone" });
    expect(await chat.hasFile({ workspaceId, fileId: "F404" })).toBe(false);
  });

  test("S6 one that is larger than wanted is not fetched", async () => {
    const fileId = await send("large.txt", Buffer.alloc(100, 0x20));
    expect(await chat.readFile({ workspaceId, fileId, mostBytes: 99 })).toEqual({
      kind: "problem",
      problem: "too_large",
    });
  });

  test("S6 a Slack that is busy or breaks off is asked again later", async () => {
    const fileId = await send("note.txt", Buffer.from("x"));
    slack.addFault({ method: "files.info", fault: "429", retryAfterSeconds: 3, times: 1 });
    await expect(read(fileId)).rejects.toMatchObject({ kind: "wait", retryAfterMs: 3_000 });
    slack.addFault({ method: "files.info", fault: "500", times: 1 });
    await expect(read(fileId)).rejects.toMatchObject({ kind: "unknown" });
  });
});
