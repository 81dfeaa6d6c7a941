import { createHmac, randomUUID } from "node:crypto";
import { connect } from "node:net";
import { App } from "@slack/bolt";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { recognise } from "#src/access/recognise.ts";
import { Secret } from "#src/config/secret.ts";
import { type Quote, quotePurchase } from "#src/purchases/quote.ts";
import { createInteractiveClients } from "#src/slack/client.ts";
import { createSlackEdge } from "#src/slack/edge.ts";
import { createHandlers } from "#src/slack/handlers.ts";
import { registerHelp } from "#src/slack/help/command.ts";
import { actions, callbacks } from "#src/slack/ids.ts";
import { OnScreen } from "#src/slack/on-screen.ts";
import { SignedReceiver } from "#src/slack/receive.ts";
import { encodeState } from "#src/slack/state.ts";
import { customerId, fillForm, readRow } from "../requests/acts.ts";
import { accessTo, openSlackDesk, type SlackDesk } from "./slack-desk.ts";

let whole: SlackDesk;
beforeAll(async () => {
  whole = await openSlackDesk();
});
afterAll(() => whole.close());

const now = () => Math.floor(Date.now() / 1_000);

function signed(body: string, options: { at?: number; secret?: string; type?: string } = {}): RequestInit {
  const at = options.at ?? now();
  const hmac = createHmac("sha256", options.secret ?? whole.slack.signingSecret).update(`v0:${at}:${body}`);
  return {
    method: "POST",
    body,
    headers: {
      "content-type": options.type ?? "application/x-www-form-urlencoded",
      "x-slack-request-timestamp": String(at),
      "x-slack-signature": `v0=${hmac.digest("hex")}`,
    },
  };
}

const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString();
const payload = (content: unknown) => form({ payload: JSON.stringify(content) });

async function ask(path: string, init?: RequestInit): Promise<{ status: number; text: string }> {
  const response = await fetch(`${whole.url}${path}`, init);
  return { status: response.status, text: await response.text() };
}

const events = (init: RequestInit) => ask("/slack/events", init);

describe("who gets in", () => {
  test("health is answered without asking anything of anyone", async () => {
    expect(await ask("/healthz")).toEqual({ status: 200, text: "ok\n" });
  });

  test("unknown paths and methods are answered in words", async () => {
    expect(await ask("/nothing")).toMatchObject({
      status: 404,
      text: expect.stringContaining("/slack/events"),
    });
    expect(await ask("//")).toMatchObject({ status: 404 });
    expect(await ask("/slack/events")).toMatchObject({ status: 405, text: expect.stringContaining("POST") });
  });

  test.each([-301, -3_600, 301, 3_600])(
    "a signed request from %i seconds away is refused, with a word about clocks",
    async (skew) => {
      expect(await events(signed("command=%2Fcsp", { at: now() + skew }))).toMatchObject({
        status: 401,
        text: expect.stringContaining("Check the clock"),
      });
    },
  );

  test("a wrong or missing signature is refused, with a word about the secret", async () => {
    const wrong = await events(signed("command=%2Fcsp", { secret: "another-signing-secret" }));
    expect(wrong).toMatchObject({ status: 401, text: expect.stringContaining("SLACK_SIGNING_SECRET") });
    expect(await events({ method: "POST", body: "ssl_check=1" })).toMatchObject({ status: 401 });
    const bare = signed("command=%2Fcsp");
    delete (bare.headers as Record<string, string>)["x-slack-signature"];
    expect(await events(bare)).toMatchObject({ status: 401 });
  });

  test.each([
    ["no JSON", "{", "application/json"],
    ["JSON null", "null", "application/json"],
    ["JSON text", '"text"', "application/json"],
    ["an empty body", "", "application/json"],
    ["a payload that is no JSON", "payload=%7B", "application/x-www-form-urlencoded"],
    ["a payload that is a list", "payload=%5B%5D", "application/x-www-form-urlencoded"],
    ["another content type", "<xml/>", "text/xml"],
  ])("%s is answered with 400", async (_name, body, type) => {
    expect(await events(signed(body, { type }))).toMatchObject({
      status: 400,
      text: expect.stringContaining("body"),
    });
  });

  test("a body larger than Slack's is answered with 413", async () => {
    expect(await events(signed("x".repeat(1_100_000)))).toMatchObject({ status: 413 });
  });

  test("a connection that breaks off in the middle of a body leaves the edge standing", async () => {
    const { port, hostname } = new URL(whole.url);
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), hostname, () => {
        const head = [`x-slack-request-timestamp: ${now()}`, "content-length: 1000"].join("\r\n");
        socket.write(`POST /slack/events HTTP/1.1\r\nhost: x\r\n${head}\r\n\r\nhalf`, () => socket.destroy());
      });
      socket.once("close", () => resolve());
    });
    expect(await ask("/healthz")).toMatchObject({ status: 200 });
  });

  test("Slack's own probes are answered", async () => {
    expect(await whole.slack.verifyUrl()).toBe(true);
  });

  test("a form with a charset in its content type is understood", async () => {
    const body = form({ ssl_check: "1", token: "x" });
    expect(
      await events(signed(body, { type: "application/x-www-form-urlencoded; charset=utf-8" })),
    ).toMatchObject({ status: 200 });
  });
});

describe("what nobody handles", () => {
  const user = { id: "U0ADMINAGENT", team_id: "T0CSPDESK" };
  const team = { id: "T0CSPDESK" };

  test("names of other versions end in words, not in a broken window", async () => {
    const view = {
      id: "V1",
      type: "modal",
      callback_id: "old.form.v0",
      title: { type: "plain_text", text: "Old" },
      state: { values: {} },
      blocks: [],
      private_metadata: "",
    };
    const [command, submission, suggestion, click] = await Promise.all([
      events(
        signed(
          form({
            command: "/csp-old",
            user_id: user.id,
            team_id: team.id,
            text: "",
            trigger_id: "t",
            response_url: whole.url,
          }),
        ),
      ),
      events(signed(payload({ type: "view_submission", user, team, view }))),
      events(
        signed(
          payload({
            type: "block_suggestion",
            user,
            team,
            action_id: "old.v0",
            block_id: "b",
            value: "",
            view,
          }),
        ),
      ),
      events(
        signed(
          payload({
            type: "block_actions",
            user,
            team,
            trigger_id: "t",
            container: { type: "message" },
            response_url: `${whole.url}/nothing`,
            actions: [{ type: "button", action_id: "old.v0", block_id: "b", action_ts: "1" }],
          }),
        ),
      ),
    ]);
    expect(JSON.parse(command.text)).toMatchObject({
      response_type: "ephemeral",
      text: expect.stringContaining("does not know this command any more"),
    });
    expect(JSON.parse(submission.text)).toMatchObject({ response_action: "update", view: { type: "modal" } });
    expect(submission.text).toContain("from an older version");
    expect(JSON.parse(suggestion.text)).toEqual({ options: [] });
    expect(click).toEqual({ status: 200, text: "" });
  });

  test("a payload without a person is answered, and the edge stays", async () => {
    const answered = await events(
      signed(payload({ type: "block_actions", actions: [{ type: "button", action_id: actions.buyOpen }] })),
    );
    expect(answered.status).toBe(400);
    expect(await ask("/healthz")).toMatchObject({ status: 200 });
  });

  test("a form whose state is not ours says that it is from an older version", async () => {
    const title = { type: "plain_text", text: "Old" };
    const view = {
      id: "V1",
      type: "modal",
      callback_id: callbacks.buyConfirm,
      title,
      state: { values: {} },
      blocks: [],
      private_metadata: "{}",
    };
    await whole.slack.as("admin.agent").command("/csp-buy");
    await whole.slack.as("admin.agent").view(callbacks.buyForm);
    const answered = await events(signed(payload({ type: "view_submission", user, team, view })));
    expect(answered.text).toContain("from an older version");
  });
});

describe("a form that is about a purchase", () => {
  const slackUserId = "U0ADMINAGENT";
  const workspaceId = "T0CSPDESK";

  const quoted = async () => {
    const { desk } = whole.under;
    const agent = await recognise(desk, { workspaceId, slackUserId });
    const words = "sql enterprise 1 year";
    const form = await fillForm(desk, agent, { customerId: customerId("Contoso"), words });
    return quotePurchase(desk, agent, form);
  };
  const confirm = async ({ purchaseId, hash }: Quote) => {
    const view = {
      id: "V1",
      type: "modal",
      callback_id: callbacks.buyConfirm,
      title: { type: "plain_text", text: "Check the order" },
      state: { values: {} },
      blocks: [],
      private_metadata: encodeState("purchase", {
        purchaseId,
        hash,
        formToken: randomUUID(),
        customerId: customerId("Contoso"),
        lines: [],
      }),
    };
    const user = { id: slackUserId, team_id: workspaceId };
    return events(signed(payload({ type: "view_submission", user, team: { id: workspaceId }, view })));
  };
  const statusOf = async ({ purchaseId }: Quote) =>
    (await readRow(whole.under.desk, "purchase", purchaseId)).status;

  test("G2 goes by the roles of the click, read together with the purchase, and not by those of the form", async () => {
    const quote = await quoted();
    const { db } = whole.under.desk;
    const { user_principal_name: name, roles } = await db
      .selectFrom("partner_users")
      .innerJoin("people", (join) =>
        join.on(sql<boolean>`lower(people.email) = partner_users.user_principal_name`),
      )
      .where("people.slack_user_id", "=", slackUserId)
      .select(["user_principal_name", "roles"])
      .executeTakeFirstOrThrow();
    const hold = (held: typeof roles) =>
      db.updateTable("partner_users").set({ roles: held }).where("user_principal_name", "=", name).execute();
    await hold([]);
    expect((await confirm(quote)).text).toContain("role");
    expect(await statusOf(quote)).toBe("quoted");
    await hold(roles);
    expect((await confirm(quote)).status).toBe(200);
    expect(await statusOf(quote)).toBe("requested");
  });

  test("G2 roles too old to count are read again first, and the purchase with them", async () => {
    const quote = await quoted();
    const { clock, desk } = whole.under;
    clock.advance((desk.timings.rolesMaxAgeSeconds + 1) * 1_000);
    await confirm(quote);
    expect(await statusOf(quote)).toBe("requested");
    const { read_at } = await desk.db.selectFrom("partner_user_reads").selectAll().executeTakeFirstOrThrow();
    expect(read_at).toEqual(clock.now());
  });

  test("one that is not theirs is refused in their language, and is not confirmed", async () => {
    const quote = await quoted();
    const { db } = whole.under.desk;
    const other = await recognise(whole.under.desk, { workspaceId, slackUserId: "U0ADMINAGENT2" });
    await db
      .updateTable("purchases")
      .set({ person_id: other.personId })
      .where("id", "=", quote.purchaseId)
      .execute();
    expect((await confirm(quote)).text).toContain("find this request any more");
    expect(await statusOf(quote)).toBe("quoted");
  });
});

describe("when Slack does not play along", () => {
  test("an expired trigger is answered with a hint to type it again", async () => {
    const agent = whole.slack.as("admin.agent.2");
    whole.slack.addFault({ method: "views.open", fault: "error:expired_trigger_id", times: 1 });
    await agent.command("/csp-buy");
    const hint = await whole.slack.waitFor(() => agent.messages().find(({ ephemeral }) => ephemeral));
    expect(hint.text).toContain("type the command again");
  });

  test("an unanswered update of a view is repeated once", async () => {
    const agent = whole.slack.as("admin.agent.2");
    whole.slack.addFault({ method: "views.update", fault: "reset-before", times: 1 });
    await agent.command("/csp-buy");
    expect((await agent.view(callbacks.buyForm)).title).toBe("Buy software");
    await agent.close();
  });

  test("people of another workspace are told that this is for members", async () => {
    const user = { id: "U0ELSEWHERE", team_id: "T0ELSEWHERE" };
    const title = { type: "plain_text", text: "Check the order" };
    const view = {
      id: "V1",
      type: "modal",
      callback_id: callbacks.buyConfirm,
      title,
      state: { values: {} },
      blocks: [],
      private_metadata: "",
    };
    const answered = await events(
      signed(payload({ type: "view_submission", user, team: { id: "T0CSPDESK" }, view })),
    );
    expect(answered.text).toContain("only for members of this workspace");
    const people = await whole.under.desk.db.selectFrom("people").select("workspace_id").distinct().execute();
    expect(people).toEqual([{ workspace_id: "T0CSPDESK" }]);
  });
});

describe("starting and stopping", () => {
  const options = () => ({
    desk: whole.under.desk,
    install: null,
    transport: { kind: "http" as const, signingSecret: new Secret(whole.slack.signingSecret) },
    ...accessTo(whole.slack),
    portalUrl: "https://portal.example",
    host: "127.0.0.1",
    port: 0,
    drainMs: 60_000,
    readiness: async () => "ready" as const,
  });

  test("a token that Slack does not accept stops the start, with what to do", async () => {
    const edge = createSlackEdge({ ...options(), ...accessTo(whole.slack, { token: "xoxb-wrong" }) });
    await expect(edge.start()).rejects.toThrow(/SLACK_BOT_TOKEN \(invalid_auth\)/);
  });

  test("a Slack that can't be reached does not", async () => {
    const edge = createSlackEdge({
      ...options(),
      ...accessTo({ ...whole.slack, apiUrl: "http://127.0.0.1:9/api/" }),
    });
    const { url } = await edge.start();
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    await edge.stop();
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
  });

  test("a name that two flows would answer stops the start", () => {
    const clients = createInteractiveClients(accessTo(whole.slack), whole.under.desk.log);
    const { desk } = whole.under;
    const on = createHandlers({
      app: new App({ receiver: new SignedReceiver(), authorize: async () => ({}), convoStore: false }),
      ...accessTo(whole.slack),
      clients,
      desk,
      portalUrl: "https://portal.example",
      languages: new Map(),
      onScreen: new OnScreen(clients, desk),
      track: (work) => work,
    });
    registerHelp(on);
    expect(() => registerHelp(on)).toThrow("/csp is registered twice");
  });

  test("stopping finishes what is under way", async () => {
    const edge = createSlackEdge(options());
    const { url } = await edge.start();
    whole.slack.setBotUrl(`${url}/slack/events`);
    const agent = whole.slack.as("admin.agent.es");
    await agent.command("/csp-buy");
    await edge.stop();
    expect(agent.currentView()?.callbackId).toBe(callbacks.buyForm);
    whole.slack.setBotUrl(`${whole.url}/slack/events`);
  });
});

test("nothing that a person typed or Slack signed is logged", () => {
  const logged = whole.under.logged.join("\n");
  for (const secret of [whole.slack.signingSecret, whole.slack.botToken, "csp-old", "trigger"])
    expect(logged).not.toContain(secret);
});
