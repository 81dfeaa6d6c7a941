import { randomBytes, randomUUID } from "node:crypto";
import { inspect } from "node:util";
import { sql } from "kysely";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Agent } from "#src/access/agent.ts";
import { Secret } from "#src/config/secret.ts";
import { transact } from "#src/db/database.ts";
import type { Desk } from "#src/desk/context.ts";
import { readDeposit } from "#src/fulfilment/deposit.ts";
import { countDownload, handToCustomer, listLinks } from "#src/fulfilment/links.ts";
import { revokeHandOvers } from "#src/fulfilment/revoke.ts";
import { localKey } from "#src/vault/local-key.ts";
import { rewrapSecrets } from "#src/vault/rewrap.ts";
import { createVault } from "#src/vault/vault.ts";
import { hits, readDatabase } from "../ground/canary.ts";
import { type DeskUnderTest, openDesk } from "../ground/desk.ts";
import { runDue } from "../ground/run-due.ts";
import { customerId, day, pass } from "../requests/acts.ts";
import { byHand, choice, deposit, given, line, reveal } from "./portal.ts";

/** A key and a link as nobody else has them: the display form shows the last five characters, and the rest is searched for. */
const mark = randomBytes(12).toString("hex").toUpperCase();
const key = `CANARY-${mark}-TAIL5`;
const link = `https://downloads.contoso.example/${mark.toLowerCase()}/file.iso`;
const sought = [mark, mark.slice(2, 20), `CANARY-${mark}`];

let under: DeskUnderTest;
let desk: Desk;
let agent: Agent;
let thrown: unknown[];
beforeEach(async () => {
  under = await openDesk();
  desk = byHand(under.desk);
  agent = await under.agent();
  thrown = [];
});
afterEach(() => under.close());

/** Whatever it throws is kept, with all that hangs on it. */
async function fails(verb: Promise<unknown>): Promise<void> {
  const [outcome] = await Promise.allSettled([verb]);
  expect(outcome?.status).toBe("rejected");
  if (outcome?.status === "rejected") thrown.push(outcome.reason);
}

const places = async () => ({
  database: await readDatabase(under.databaseUrl),
  log: under.logged.join("\n"),
  messages: JSON.stringify(under.chat.posted),
  errors: inspect(thrown, { depth: Number.POSITIVE_INFINITY, showHidden: true, getters: true }),
});
const found = async () => {
  const searched = await places();
  return sought.flatMap((secret) => hits(searched, secret));
};

async function everything(): Promise<void> {
  const teammate = await under.agent("U0AGENT2");
  await reveal(desk, agent);
  await deposit(desk, agent, { key, link });
  await readDeposit(desk, teammate, line);
  const served = await reveal(desk, teammate);
  expect(given(served.handOver)).toEqual({ key, link });
  const linkId = served.link?.linkId ?? "";
  await countDownload(desk, teammate, { linkId });
  await handToCustomer(desk, teammate, { linkId });
  await listLinks(desk, agent, line);
  await runDue(desk);

  await fails(deposit(desk, agent, { key: `${key} ${key}`, link: null }));
  await fails(deposit(desk, agent, { link: `http://${mark}.contoso.example/${mark}` }));
  await fails(deposit(desk, agent, { key, link, customerId: customerId("Fabrikam, Inc.") }));
  await fails(deposit(desk, await under.agent("U0SALES"), { key, link }));
  await sql
    .raw(`create function no_deposit() returns trigger language plpgsql as
      $$ begin if new.act like 'deposit.%' then raise exception 'no activity row'; end if; return new; end $$;
      create trigger no_deposit before insert on activity for each row execute function no_deposit();`)
    .execute(desk.db);
  await fails(deposit(desk, agent, { key, link }));
  await sql`drop trigger no_deposit on activity`.execute(desk.db);
  await sql`alter table deposits add constraint no_more check (form_token < '') not valid`.execute(desk.db);
  await fails(deposit(desk, agent, { key: `${key}9`, link }));
  await sql`alter table deposits drop constraint no_more`.execute(desk.db);
  await fails(reveal({ ...desk, limits: { revealsPerHour: 1 } }, teammate));
  await fails(reveal(desk, teammate, { customerId: customerId("Fabrikam, Inc.") }));

  const newKey = localKey({ id: "newer", key: new Secret(randomBytes(32).toString("base64")) });
  await fails(reveal({ ...desk, vault: createVault([newKey]) }, teammate));
  const rotated: Desk = { ...desk, vault: createVault([newKey, desk.vault.newest]) };
  await rewrapSecrets(rotated);
  expect(given((await reveal(rotated, teammate)).handOver)).toEqual({ key, link });
  await sql`update secrets set sealed = set_byte(sealed, 20, get_byte(sealed, 20) # 1) where kind = 'key'`.execute(
    desk.db,
  );
  await fails(reveal(rotated, teammate));
  await sql`update secrets set sealed = set_byte(sealed, 20, get_byte(sealed, 20) # 1) where kind = 'key'`.execute(
    desk.db,
  );
  await deposit(rotated, agent, { key: `${key}2`, link: `${link}?2` });
  for (let passed = 0; passed < 14; passed += 1) await pass(under, day, rotated);
  await transact(desk.db, (trx) =>
    revokeHandOvers(trx, rotated, {
      customer_id: line.customerId,
      order_id: line.orderId,
      line_item_number: line.lineItemNumber,
    }),
  );
  await runDue(rotated);
  await reveal(rotated, await under.agent(), { formToken: randomUUID(), choice });
}

test("invariant 6: a deposited key and link pass through everything, and are in no table, log, message or error", async () => {
  await everything();
  expect(thrown.length).toBeGreaterThan(8);
  expect(await found()).toEqual([]);
  const searched = await places();
  // The search was in the right places.
  expect(searched.database).toContain("deposit.made");
  expect(searched.log).toContain("a deposited secret does not open");
  expect(searched.errors).toContain("DeskError");
});

test.each<[string, (secret: string) => Promise<void>]>([
  [
    "a row of the outbox",
    async (secret) =>
      void (await sql`insert into outbox (topic, subject_id, run_at, created_at) values ('message', ${secret}, now(), now())`.execute(
        desk.db,
      )),
  ],
  ["the log", async (secret) => desk.log.debug({ detail: secret }, "opened")],
  ["an error's cause", async (secret) => void thrown.push(new Error("no", { cause: { text: secret } }))],
])("invariant 6: the canary sees a key that was left in %s", async (_where, leave) => {
  await leave(key);
  expect(await found()).not.toEqual([]);
});
