import { createHmac } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { seedOrders } from "#sandbox/partner-center/seed.ts";
import type { SlackStandIn } from "#sandbox/slack/start.ts";
import { Secret } from "#src/config/secret.ts";
import { createSlackEdge, type SlackEdge } from "#src/slack/edge.ts";
import { actions, callbacks, commands, inputs, optionSources } from "#src/slack/ids.ts";
import { visit } from "../flows/visitor.ts";
import fc from "../ground/fast-check.ts";
import { runDue } from "../ground/run-due.ts";
import { accessTo, openSlackDesk, type SlackDesk } from "../slack/slack-desk.ts";
import { brokenModal } from "../slack/slack-limits.ts";
import { bounded, patience, Tally, within } from "./bounded.ts";
import { changed, changes, hostile } from "./hostile.ts";

/**
 * Whatever comes in with Slack's signature: nobody gets a 5xx, nothing crashes, and no fault of ours is logged. Real requests
 * of every flow are recorded first and then sent again, changed.
 */

let whole: SlackDesk;
let slack: GenerousSlack;
let edge: SlackEdge;
let url: string;
let seeds: { kind: string; type: string; body: string }[];
const sent = new Tally();

beforeAll(async () => {
  whole = await openSlackDesk();
  await walkThrough(whole);
  seeds = whole.slack.deliveries
    .filter(({ kind, body }) => body !== "" && kind !== "ssl_check")
    .map(({ kind, body, headers }) => ({ kind, body, type: headers["content-type"] ?? "" }));
  slack = await startGenerousSlack(whole.slack);
  await openEdge();
  whole.under.logged.length = 0;
}, 240_000);

afterAll(async () => {
  await edge.stop();
  await slack.close();
  await whole.close();
  sent.print("Fuzzing Slack's requests");
});

async function openEdge(): Promise<void> {
  edge = createSlackEdge({
    desk: whole.under.desk,
    ...accessTo({ botToken: whole.slack.botToken, apiUrl: slack.apiUrl }),
    install: null,
    transport: { kind: "http", signingSecret: new Secret(whole.slack.signingSecret) },
    portalUrl: "https://portal.example/dashboard",
    host: "127.0.0.1",
    port: 0,
    drainMs: 60_000,
    readiness: async () => "ready",
  });
  ({ url } = await edge.start());
}

describe("invariant 8: whatever is signed", () => {
  test("real requests of every flow, changed", patience, async () => {
    expect(new Set(seeds.map(({ kind }) => kind)).size).toBeGreaterThanOrEqual(5);
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: 1_000_000 }),
        changes,
        within(8, async (which, list) => {
          const seed = seeds[which % seeds.length];
          if (!seed) throw new Error("nothing was recorded");
          await expectAnswered(seed.kind, mutate(seed, list), seed.type);
        }),
      ),
      bounded(1_200),
    );
    await expectNoFault({ echoes: true });
  });

  test("names of every action, form and source with any value", patience, async () => {
    const who = whole.slack.as("admin.agent").id;
    const team = whole.slack.state().team.id;
    const common = { user: { id: who, team_id: team }, team: { id: team }, trigger_id: "1.2.3" };
    const text = fc.oneof(fc.string({ unit: "binary", maxLength: 300 }), hostile.map(String), stateLike);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...Object.values(actions)),
        fc.constantFrom(...Object.values(callbacks)),
        fc.constantFrom(...Object.values(optionSources)),
        text,
        stateLike,
        within(6, async (actionId, callbackId, source, value, metadata) => {
          const view = {
            id: "V1",
            hash: "1.a",
            type: "modal",
            title: { type: "plain_text", text: "CSP Desk" },
            callback_id: callbackId,
            private_metadata: metadata,
            root_view_id: "V1",
            state: { values: { b: { [actionId]: { type: "plain_text_input", value } } } },
            blocks: [{ type: "divider", block_id: "d" }],
          };
          const action = { action_id: actionId, block_id: "b", type: "button", value, action_ts: "1.2" };
          const inModal = { type: "block_actions", ...common, view, actions: [action] };
          const message = {
            ts: "1.2",
            metadata: { event_type: "csp_desk_request", event_payload: { id: value } },
          };
          const inMessage = {
            type: "block_actions",
            ...common,
            container: { type: "message", message_ts: "1.2", channel_id: "D1" },
            channel: { id: "D1" },
            message,
            actions: [action],
          };
          const asked = {
            type: "block_suggestion",
            ...common,
            action_id: source,
            block_id: "b",
            value,
            view,
          };
          await expectAnswered("made actions", payload(inModal));
          await expectAnswered("made actions", payload(inMessage));
          await expectAnswered("made submissions", payload({ type: "view_submission", ...common, view }));
          await expectAnswered("made option queries", payload(asked));
        }),
      ),
      {
        ...bounded(200),
        examples: [
          [
            actions.cancelDuties,
            callbacks.cancelDuties,
            optionSources.buyCustomer,
            '{"cancellationId":"\\u0000"}',
            '{"cancellationId":"\\ud800"}',
          ],
        ],
      },
    );
    await expectNoFault();
  });

  test("commands with any text", patience, async () => {
    const person = whole.slack.as("admin.agent");
    const text = fc.oneof(fc.string({ unit: "binary", maxLength: 400 }), hostile.map(String));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...Object.values(commands), "/other", ""),
        text,
        within(3, async (command, typed) => {
          const fields = {
            command,
            text: typed,
            user_id: person.id,
            team_id: whole.slack.state().team.id,
            trigger_id: "1.2.3",
            response_url: `${slack.apiUrl}response`,
          };
          await expectAnswered("commands", new URLSearchParams(fields).toString());
        }),
      ),
      bounded(150),
    );
    await expectNoFault();
  });

  test("any bytes, in any kind of body", patience, async () => {
    const types = [
      "application/x-www-form-urlencoded",
      "application/json",
      "text/plain",
      "multipart/form-data",
      "",
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array({ maxLength: 300 }),
          fc.json().map((json) => Buffer.from(`payload=${json}`)),
        ),
        fc.constantFrom(...types),
        within(6, async (bytes, type) => {
          await expectAnswered("bytes", Buffer.from(bytes).toString("latin1"), type);
        }),
      ),
      bounded(200),
    );
    await expectNoFault();
  });
});

test("invariant 8: an event stays an event, whatever form its text looks like", async () => {
  const event = (text: string) => ({
    type: "event_callback",
    team_id: whole.slack.state().team.id,
    event: { type: "message", channel_type: "channel", channel: "C1", ts: "1.2", user: "U1", text },
  });
  for (const text of [
    "a&payload=b",
    '&payload={"type":"x","user":{"id":"U1"}}',
    "&command=/csp-buy&user_id=U1",
  ])
    expect(await expectAnswered("events", JSON.stringify(event(text)), "application/json")).toBe(200);
});

test("invariant 7: whatever is not signed is refused, whatever its headers say", patience, async () => {
  const header = fc.oneof(
    fc.string({ unit: "grapheme-ascii", maxLength: 80 }),
    fc.constantFrom("v0=", `v0=${"0".repeat(64)}`, "v1=ff", "v0=zz", String(Math.floor(Date.now() / 1_000))),
  );
  await fc.assert(
    fc.asyncProperty(
      header,
      header,
      within(3, async (signature, timestamp) => {
        const headers = new Headers({ "content-type": "application/json" });
        headers.set("x-slack-signature", signature);
        headers.set("x-slack-request-timestamp", timestamp);
        const response = await fetch(`${url}/slack/events`, { method: "POST", headers, body: "{}" });
        await response.body?.cancel();
        sent.add("signatures");
        expect(response.status).toBe(401);
      }),
    ),
    bounded(150),
  );
});

async function expectAnswered(kind: string, body: string, type = "application/x-www-form-urlencoded") {
  sent.add(kind);
  const at = Math.floor(Date.now() / 1_000);
  const hmac = createHmac("sha256", whole.slack.signingSecret).update(`v0:${at}:${body}`);
  const response = await fetch(`${url}/slack/events`, {
    method: "POST",
    body,
    headers: {
      "content-type": type,
      "x-slack-request-timestamp": String(at),
      "x-slack-signature": `v0=${hmac.digest("hex")}`,
    },
    signal: AbortSignal.timeout(30_000),
  });
  await response.text();
  expect(response.status, `${type}: ${body.slice(0, 2_000)}`).toBeLessThan(500);
  return response.status;
}

/** Nothing that came in led to an error that is ours, and all that was drawn keeps Slack's limits. */
async function expectNoFault({ echoes = false } = {}): Promise<void> {
  // What goes on after an answer is over when the edge has stopped.
  await edge.stop();
  await openEdge();
  // That Slack does not know a person is Slack's answer, and no fault.
  const faults = whole.under.logged.filter(
    (line) => /"(fault|a handler failed)"/.test(line) && !line.includes('"ChatFailure"'),
  );
  whole.under.logged.length = 0;
  const broken = slack.broken();
  expect([...new Set(faults.map((line) => line.replace(/"reference":"\w+",?/, "")))]).toEqual([]);
  // A form that was broken before it came goes back as broken.
  if (!echoes) expect(broken).toEqual([]);
}

function payload(content: unknown): string {
  return new URLSearchParams({ payload: JSON.stringify(content) }).toString();
}

/** Something like what our forms and buttons remember. */
const stateLike = fc
  .record(
    {
      v: fc.constantFrom<unknown>(1, 1, 1, 2, "1", null),
      formToken: fc.oneof(fc.uuid(), hostile),
      customerId: fc.oneof(fc.constant(seedOrders.recentPerpetual.customerId), fc.uuid(), hostile),
      orderId: fc.oneof(fc.constant(seedOrders.recentPerpetual.id), hostile),
      lineItemNumber: fc.oneof(fc.nat({ max: 3 }), hostile),
      purchaseId: fc.oneof(fc.constant("pur_1"), hostile),
      cancellationId: fc.oneof(fc.constant("can_1"), hostile),
      batchId: fc.oneof(fc.constant("bat_1"), hostile),
      supportRequestId: fc.oneof(fc.constant("sup_1"), hostile),
      linkId: fc.oneof(fc.constant("lnk_1"), hostile),
      windowId: fc.oneof(fc.constant("win_1"), hostile),
      hash: fc.oneof(fc.constant("0".repeat(64)), hostile),
      lines: fc.oneof(fc.array(hostile, { maxLength: 3 }), hostile),
      round: fc.oneof(fc.nat(), hostile),
      page: fc.oneof(fc.nat(), hostile),
      query: hostile,
      listToken: fc.oneof(fc.uuid(), hostile),
    },
    { requiredKeys: [] },
  )
  .map((state) => JSON.stringify(state));

function mutate({ body, type }: { body: string; type: string }, list: Parameters<typeof changed>[1]): string {
  if (type.includes("json")) return JSON.stringify(changed(JSON.parse(body), list));
  const fields = Object.fromEntries(new URLSearchParams(body));
  const inner = fields.payload;
  if (inner !== undefined) return payload(changed(JSON.parse(inner), list));
  const out = changed(fields, list);
  if (out === null || typeof out !== "object") return String(out);
  const texts = Object.entries(out).map(([key, value]): [string, string] => [key, String(value)]);
  return new URLSearchParams(texts).toString();
}

/** Every flow once, so that there is something of each kind to change. */
async function walkThrough({ slack: workspace, under }: SlackDesk): Promise<void> {
  const agent = visit(workspace, "admin.agent");
  await agent.types(commands.help);
  await agent.types(commands.buy);
  await agent.checkPrice("sql server standard");
  await agent.person.submit();
  await agent.sees("Buy");
  await runDue(under.desk);
  await agent.choosesLine(seedOrders.recentSubscription.id);
  await agent.getsKeys();
  await agent.summarisesCancellation(seedOrders.recentPerpetual.id, "Contoso");
  await agent.person.submit();
  await runDue(under.desk);
  await agent.types(commands.support);
  await agent.shows(callbacks.supportForm);
  await agent.person.pick(actions.supportCustomer, "Contoso", 0);
  await agent.person.type(inputs.supportTitle, "Refund");
  await agent.person.submit();
  await agent.person.openHome();
  const auditor = visit(workspace, "account.admin");
  await auditor.types(commands.activity);
  await auditor.shows(callbacks.activityForm);
  await auditor.person.submit();
  await auditor.person.openHome();
}

function problemsOf(view: string): string[] {
  try {
    return brokenModal(JSON.parse(view));
  } catch (error) {
    return [`no view at all: ${String(error)}`];
  }
}

interface GenerousSlack {
  apiUrl: string;
  /** What Slack would have refused in the views that came since it was asked last. */
  broken(): string[];
  close(): Promise<void>;
}

/** A Slack that takes every trigger, so that requests which were made up go all the way. */
async function startGenerousSlack(real: SlackStandIn): Promise<GenerousSlack> {
  const broken = new Set<string>();
  const team = real.state().team.id;
  const server: Server = createServer({ keepAliveTimeout: 0 }, async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const fields = new URLSearchParams(body);
    const view = fields.get("view");
    if (view !== null) for (const problem of problemsOf(view)) broken.add(problem);
    const person = real.state().people.find(({ id }) => id === fields.get("user"));
    const method = new URL(request.url ?? "/", "http://slack").pathname.split("/").at(-1) ?? "";
    const answers: Record<string, unknown> = {
      "auth.test": { team_id: team, user_id: "UBOT", bot_id: "BBOT" },
      "users.info": person
        ? {
            user: {
              id: person.id,
              name: person.key,
              locale: "en-US",
              tz: "UTC",
              profile: { email: person.email, display_name: person.key },
            },
          }
        : { ok: false, error: "user_not_found" },
    };
    const opened = method.startsWith("views.") ? { view: { id: "V1", hash: "1.b", blocks: [] } } : {};
    response.writeHead(200, { "content-type": "application/json" });
    response.end(
      JSON.stringify({
        ok: true,
        channel: { id: "D1" },
        ts: "1.2",
        ...opened,
        ...(answers[method] as object),
      }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`,
    broken() {
      const found = [...broken];
      broken.clear();
      return found;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
