import { Redis } from "ioredis";
import { afterAll, beforeAll, expect, test } from "vitest";
import { seedOrders } from "#sandbox/partner-center/seed.ts";
import { actions, callbacks, commands, inputs } from "#src/slack/ids.ts";
import { hits, readDatabase, readRedis } from "../ground/canary.ts";
import { createDatabase, type TestDatabase } from "../ground/database.ts";
import { describeOnBackends } from "../ground/redis.ts";
import { onDatabase } from "../ground/server.ts";
import { type AppProcess, startMain } from "../kill/process.ts";
import { type Services, startServices } from "../kill/services.ts";
import { secretsIn, type Visitor, visit } from "./visitor.ts";

describeOnBackends("invariant 6: keys and links", (queue) => {
  let database: TestDatabase;
  let services: Services;
  let main: AppProcess | null = null;
  let output = "";
  const secrets: string[] = [];

  /** Ends the app, if it runs, and starts it with these settings. */
  const restart = async (settings: Record<string, string> = {}): Promise<void> => {
    await stop();
    const running = await startMain({ ...services.env, ROLE: "all", LOG_LEVEL: "trace", ...settings });
    services.slack.setBotUrl(`${running.url}/slack/events`);
    main = running;
  };
  const stop = async (): Promise<void> => {
    if (!main) return;
    main.child.kill("SIGTERM");
    await main.ended();
    output += main.output();
    main = null;
  };

  /** Everything that is left behind, by place. */
  const places = async (): Promise<Record<string, string>> => {
    const redisUrl = queue.redisUrl();
    return {
      slack: services.slack.everythingStored(),
      output: output + (main?.output() ?? ""),
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
    await restart();
  });
  afterAll(async () => {
    await stop();
    await services.close();
    await database.drop();
  });

  const takeSecrets = async (agent: Visitor) => {
    const given = secretsIn(await agent.getsKeys());
    expect(given).toHaveLength(2);
    secrets.push(...given, given[1]?.split("/").at(-1) ?? "");
    await agent.person.click(actions.keysDownload);
    await agent.person.click(actions.keysCopy);
    await agent.shows(callbacks.keysCopied);
    await agent.person.select(actions.keysCopyLanguage, "es");
    await agent.sees("Ya puede descargar su software");
    await agent.person.submit();
    await agent.sees("Noted: the customer has the link");
    await agent.person.openHome();
    await agent.person.close({ all: true });
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
    await agent.person.type(inputs.keysReason, "Ticket 4711");
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

  test("K4 pass through the vault to a colleague, and leave the screen when the bot stops", async () => {
    const { slack, partnerCenter } = services;
    const deposited = [
      "CANAR-Y0000-FGHIJ-67890-KLMNO",
      "https://download.example/installation/canary-7f3a9c",
    ];
    secrets.push(...deposited);
    await restart({ FULFILMENT: "portal" });
    const orderId = seedOrders.recentSubscription.id;
    const agent = visit(slack, "admin.agent");
    const asks = async (visitor: Visitor) => {
      await visitor.choosesLine(orderId);
      await visitor.person.type(inputs.keysVersionTyped, "2022");
      await visitor.person.type(inputs.keysLanguageTyped, "en-us");
      await visitor.person.type(inputs.keysFileTypeTyped, "ISO");
      await visitor.person.type(inputs.keysReason, "Ticket 12");
      await visitor.person.submit();
    };
    await asks(agent);
    await agent.offered(actions.keysDeposit);
    await agent.person.click(actions.keysDeposit);
    await agent.shows(callbacks.keysDeposit);
    await agent.person.type(inputs.keysDepositKey, "short");
    await agent.person.type(inputs.keysDepositLink, deposited[1] ?? "");
    expect(await agent.person.submit()).toMatchObject({ outcome: "errors" });
    await agent.person.type(inputs.keysDepositKey, deposited[0] ?? "");
    // A first try that fails in the middle brings the form back with what was typed.
    partnerCenter.addFault({ path: "/orders/", fault: "503", times: 1 });
    await agent.person.submit();
    await agent.sees("Partner Center does not answer just now");
    await agent.person.submit();
    await agent.sees("In the vault.");

    const mate = visit(slack, "admin.agent.2");
    await asks(mate);
    expect(secretsIn(await mate.offered(actions.keysDownload))).toEqual(deposited);
    await mate.person.click(actions.keysCopy);
    await mate.shows(callbacks.keysCopied);
    await mate.person.openHome();
    const shown = slack.everythingShownInViews();
    for (const secret of deposited) expect(shown).toContain(secret);
    await stop();
    const onScreen = JSON.stringify([mate.person.viewStack(), agent.person.viewStack()]);
    for (const secret of deposited) expect(onScreen).not.toContain(secret);
    expect(mate.person.viewStack().map(({ text }) => text.includes("Hidden after a minute"))).toEqual([
      false,
      true,
      true,
    ]);
  });

  test("K4 are on the screen when the process crashes, with all that Node.js reports of it", async () => {
    const crash = `process.once("SIGUSR2", () => { throw new Error("crashed on purpose"); })`;
    await restart({
      NODE_OPTIONS: `--report-uncaught-exception --report-filename=stderr --import=data:text/javascript,${encodeURIComponent(crash)}`,
    });
    const agent = visit(services.slack, "admin.agent");
    await agent.choosesLine(seedOrders.recentSubscription.id);
    const shown = secretsIn(await agent.getsKeys());
    expect(shown).toHaveLength(2);
    secrets.push(...shown);
    main?.child.kill("SIGUSR2");
    expect((await main?.ended())?.code).toBeGreaterThan(0);
    output += main?.output() ?? "";
    main = null;
    expect(output).toContain("crashed on purpose");
    expect(output).toContain('"event": "Exception"');
  });

  test("K4 are nowhere else: not with Slack, in the log, the database or the queue, in whatever form", async () => {
    const searched = await places();
    expect(searched.output).toContain("partner center");
    expect(searched.database).toContain("deposit.made");
    expect(searched.slack).toContain("What you can do here");
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
