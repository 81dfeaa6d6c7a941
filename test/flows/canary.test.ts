import { Redis } from "ioredis";
import { afterAll, beforeAll, expect, test } from "vitest";
import { actions, callbacks, commands, inputs } from "#src/slack/ids.ts";
import { createDatabase, type TestDatabase } from "../ground/database.ts";
import { describeOnBackends } from "../ground/redis.ts";
import { onDatabase } from "../ground/server.ts";
import { type AppProcess, startMain } from "../kill/process.ts";
import { type Services, startServices } from "../kill/services.ts";
import { hits, readDatabase, readRedis } from "./canary.ts";
import { secretsIn, type Visitor, visit } from "./visitor.ts";

describeOnBackends("invariant 6: keys and links", (queue) => {
  let database: TestDatabase;
  let services: Services;
  let main: AppProcess;
  const secrets: string[] = [];

  /** Everything that is left behind, by place. */
  const places = async (): Promise<Record<string, string>> => {
    const redisUrl = queue.redisUrl();
    return {
      slack: services.slack.everythingStored(),
      output: main.output(),
      database: await readDatabase(database.url),
      ...(redisUrl ? { redis: await readRedis(redisUrl) } : {}),
    };
  };

  beforeAll(async () => {
    database = await createDatabase();
    services = await startServices({
      databaseUrl: database.url,
      redisUrl: queue.redisUrl(),
      simulator: { cancellationLagMs: 500 },
    });
    const running = await startMain({ ...services.env, ROLE: "all", LOG_LEVEL: "trace" });
    services.slack.setBotUrl(`${running.url}/slack/events`);
    main = running;
  });
  afterAll(async () => {
    main.child.kill("SIGTERM");
    await main.ended();
    await services.close();
    await database.drop();
  });

  const takeSecrets = async (agent: Visitor) => {
    const given = secretsIn(await agent.getsKeys());
    expect(given).toHaveLength(2);
    secrets.push(...given, given[1]?.split("/").at(-1) ?? "");
    await agent.person.click(actions.keysDownload);
    await agent.person.close();
  };

  test("K4 pass through every flow, good and bad, and stand in the modal", async () => {
    const { slack, partnerCenter } = services;
    const agent = visit(slack, "admin.agent");
    const bought = await agent.buys("sql server 2022 standard");
    const orderId = partnerCenter.orders().find(({ id }) => bought.text.includes(id))?.id ?? "";
    await agent.person.click(actions.keysOpen, { message: bought });
    await takeSecrets(agent);
    await agent.reads("Shown to you", orderId);

    const lost = [
      { path: "/keys$", fault: "reset-after-commit" },
      { path: "/keys$", fault: "invalid-json" },
      { path: "/downloads$", fault: "invalid-json" },
      { path: "/downloads$", fault: "503" },
      { path: "/downloads$", fault: "reset-after-commit" },
    ] as const;
    await agent.person.click(actions.keysOpen, { message: bought });
    for (const actionId of [actions.keysVersion, actions.keysLanguage, inputs.keysFileType]) {
      await agent.offered(actionId);
      await agent.person.select(actionId, agent.choices(actionId)[0]?.value ?? "");
    }
    for (const fault of lost) {
      partnerCenter.addFault({ ...fault, times: 1 });
      await agent.person.submit();
      await agent.sees("for keys and downloads");
    }
    partnerCenter.addFault({ path: "/keys$", fault: "bom", times: 1 });
    await takeSecrets(agent);

    await agent.summarisesCancellation(orderId, "Contoso");
    await agent.person.submit();
    await agent.sees("requested.");
    await agent.reads("Cancelled.", orderId);
    await agent.reads("Revoked", orderId);
    await agent.types(commands.support);
    await agent.shows(callbacks.supportForm);
    await agent.types(commands.help);

    const shown = slack.everythingShownInViews();
    for (const secret of secrets) expect(shown).toContain(secret);
    expect(partnerCenter.keys().get(`${orderId}:0`)).toBe(secrets[0]);
  });

  test("K4 are nowhere else: not with Slack, in the log, the database or the queue, in whatever form", async () => {
    const searched = await places();
    expect(searched.output).toContain("partner center");
    expect(searched.database).toContain("key_request.shown");
    for (const secret of new Set(secrets)) expect(hits(searched, secret)).toEqual([]);
  });

  test("K4 would be found in each of these places", async () => {
    const { slack } = services;
    const [secret = ""] = secrets;
    await fetch(`${slack.apiUrl}chat.postMessage`, {
      method: "POST",
      headers: { authorization: `Bearer ${slack.botToken}`, "content-type": "application/json" },
      body: JSON.stringify({
        channel: visit(slack, "admin.agent").person.dm()[0]?.channel,
        text: `Here: ${secret}`,
      }),
    });
    await onDatabase(database.url, (client) =>
      client.query("update people set display_name = $1", [Buffer.from(`a ${secret}`).toString("base64")]),
    );
    const redisUrl = queue.redisUrl();
    if (redisUrl) {
      const redis = new Redis(redisUrl);
      await redis.hset("planted", "data", JSON.stringify({ link: encodeURIComponent(secrets[1] ?? "") }));
      await redis.quit();
    }
    const searched = await places();
    expect(hits(searched, secret)).toEqual(["slack: as it is", "database: base64"]);
    expect(hits({ log: Buffer.from(`x${secret}`).toString("hex") }, secret)).toEqual(["log: hex"]);
    expect(hits({ log: secret.toLowerCase() }, secret)).toEqual(["log: other case"]);
    if (redisUrl) expect(hits(searched, secrets[1] ?? "")).toEqual(["redis: URL-encoded"]);
  });
});
