import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "#sandbox/start.ts";
import { actions } from "#src/slack/ids.ts";
import { visit } from "../flows/visitor.ts";
import { createDatabase, type TestDatabase } from "../ground/database.ts";

let database: TestDatabase;
let folder: string;
let keep: string;
beforeAll(async () => {
  database = await createDatabase();
  folder = await mkdtemp(join(tmpdir(), "sandbox-keeping-"));
  keep = join(folder, "kept");
});
afterAll(async () => {
  await database.drop();
  await rm(folder, { recursive: true });
});

const start = (): Promise<Sandbox> => startSandbox({ databaseUrl: database.url, keep });
const query = "sql server 2022 standard";
const orderIn = (sandbox: Sandbox, text: string) =>
  sandbox.partnerCenter.orders().find(({ id }) => text.includes(id))?.id ?? "none";

test("a purchase outlives a restart: message, row and order are there, and what follows is drawn into the old message", {
  timeout: 240_000,
}, async () => {
  const first = await start();
  const before = visit(first.slack, "admin.agent");
  const bought = await before.buys(query, "Contoso", "1");
  const orderId = orderIn(first, bought.text);
  await before.person.click(actions.keysOpen, { message: bought });
  await before.getsKeys();
  await before.person.close();
  const keys = await before.reads("Shown to you", orderId);
  const told = before.person.dm();
  await first.stop();
  expect((await readdir(keep)).toSorted()).toEqual(["partner-center.json", "slack.json"]);

  const second = await start();
  try {
    const after = visit(second.slack, "admin.agent");
    expect(after.person.dm()).toEqual(told);
    expect(after.person.currentView()).toBeUndefined();
    const rows = await second.app.desk.db.selectFrom("purchases").select(["status"]).execute();
    expect(rows).toEqual([{ status: "ordered" }]);
    expect(second.partnerCenter.orders().map(({ id }) => id)).toContain(orderId);

    await after.summarisesCancellation(orderId, "Contoso");
    await after.person.submit();
    await after.sees("requested.");
    await after.person.close();
    const cancelled = await after.reads("Cancelled.", orderId);
    const revoked = await after.reads("Revoked", orderId);
    expect(revoked.ts).toBe(keys.ts);
    expect(told.map(({ ts }) => ts)).not.toContain(cancelled.ts);

    const again = await after.buys(query, "Contoso", "1");
    expect(orderIn(second, again.text)).not.toBe(orderId);
    const stamps = after.person.dm().map(({ ts }) => ts);
    expect(new Set(stamps).size).toBe(stamps.length);
    expect(
      second.slack.calls.filter(({ ok }) => !ok).map(({ method, error }) => `${method} ${error}`),
    ).toEqual([]);
  } finally {
    await second.stop();
  }
});
