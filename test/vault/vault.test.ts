import { randomBytes } from "node:crypto";
import { inspect } from "node:util";
import { sql } from "kysely";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Secret } from "#src/config/secret.ts";
import { type OpenDatabase, openDatabase, transact } from "#src/db/database.ts";
import { checkVault } from "#src/vault/check.ts";
import { destroySecrets } from "#src/vault/destroy.ts";
import { localKey } from "#src/vault/local-key.ts";
import { openSecret } from "#src/vault/open.ts";
import { rewrapSecrets } from "#src/vault/rewrap.ts";
import { displayOf, sealSecret } from "#src/vault/seal.ts";
import { createVault, type SecretPlace, type Vault, VaultFailure } from "#src/vault/vault.ts";
import { manualClock } from "../ground/clock.ts";
import { createDatabase, type TestDatabase } from "../ground/database.ts";
import fc from "../ground/fast-check.ts";

let database: TestDatabase;
let opened: OpenDatabase;
beforeAll(async () => {
  database = await createDatabase();
  opened = openDatabase({ url: database.url, applicationName: "test", maxConnections: 8, onError: () => {} });
});
afterAll(async () => {
  await opened.close();
  await database.drop();
});
beforeEach(async () => {
  await sql`truncate secrets cascade`.execute(opened.db);
});

const clock = manualClock();
const keyOf = (id: string) => localKey({ id, key: new Secret(randomBytes(32).toString("base64")) });
const [oldKey, newKey, otherKey] = [keyOf("old"), keyOf("new"), keyOf("other")];
const deskOf = (vault: Vault) => ({
  get db() {
    return opened.db;
  },
  clock,
  vault,
});
const desk = deskOf(createVault([oldKey]));
const place: SecretPlace = { workspaceId: "T1", customerId: "C1", subjectId: "O1#0", kind: "key" };

const seal = (
  value: Secret | Uint8Array = new Secret("FAKE0-DEMO0-11111-22222-33333"),
  where: SecretPlace = place,
  by: ReturnType<typeof deskOf> = desk,
) => transact(by.db, (trx) => sealSecret(trx, by, { place: where, value }));
const text = async (secretId: string, by = desk, where = place) =>
  (await openSecret(by, { secretId, place: where })).toString("utf8");
const failure = async (opening: Promise<unknown>): Promise<VaultFailure> => {
  const [outcome] = await Promise.allSettled([opening]);
  if (outcome?.status === "rejected" && outcome.reason instanceof VaultFailure) return outcome.reason;
  throw new Error(`no failure of the vault but ${inspect(outcome)}`);
};
const secrets = () =>
  opened.db.selectFrom("secrets").selectAll().where("kind", "<>", "fingerprint_key").execute();

describe("invariant 6: sealed and opened", () => {
  test("invariant 6: whatever is sealed comes out, and is nowhere in the row", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 5_000 }), async (bytes) => {
        const where: SecretPlace = { ...place, kind: "file" };
        const { secretId } = await seal(bytes, where);
        expect(await openSecret(desk, { secretId, place: where })).toEqual(Buffer.from(bytes));
      }),
      { numRuns: 25 },
    );
    await seal();
    const { rows } = await sql<{ text: string }>`select s::text as text from secrets s`.execute(opened.db);
    const written = rows.map((row) => row.text).join();
    expect(written).not.toContain(Buffer.from("FAKE0-DEMO0").toString("hex"));
    expect(written).not.toContain("FAKE0");
  });

  test("invariant 6: the same value twice is two ciphertexts under two data keys, with one fingerprint", async () => {
    const value = new Secret("FAKE0-DEMO0-11111-22222-33333");
    await seal(value);
    await seal(value, { ...place, subjectId: "O2#0" });
    await seal(value, { ...place, workspaceId: "T2" });
    const [one, other, elsewhere] = (await secrets()).map((row) => ({
      sealed: row.sealed.toString("hex"),
      wrapped: row.wrapped_key?.toString("hex"),
      fingerprint: row.fingerprint?.toString("hex"),
      display: row.display,
    }));
    expect(other?.sealed).not.toBe(one?.sealed);
    expect(other?.wrapped).not.toBe(one?.wrapped);
    expect(other?.fingerprint).toBe(one?.fingerprint);
    expect(elsewhere?.fingerprint).not.toBe(one?.fingerprint);
    expect(one?.display).toBe("33333");
  });

  test("invariant 6: what may be shown of a key are five characters, of a short one a quarter", () => {
    expect(displayOf("FAKE0-DEMO0-11111-22222-ABCDE")).toBe("ABCDE");
    expect(displayOf("0123456789AB")).toBe("9AB");
  });

  test("invariant 4: a place holds one living secret, and any number of files", async () => {
    await seal();
    await expect(seal()).rejects.toThrow("a living key");
    await seal(Buffer.from("a"), { ...place, kind: "file" });
    await seal(Buffer.from("b"), { ...place, kind: "file" });
    expect(await secrets()).toHaveLength(3);
  });

  test("invariant 4: the first secrets of a workspace, sealed at once, share one fingerprint key", async () => {
    await Promise.all(
      Array.from({ length: 6 }, (_, index) =>
        seal(new Secret("the same value"), { ...place, subjectId: `O${index}#0` }),
      ),
    );
    const fingerprints = (await secrets()).map((row) => row.fingerprint?.toString("hex"));
    expect(new Set(fingerprints).size).toBe(1);
    const { rows } = await sql`select id from secrets where kind = 'fingerprint_key'`.execute(opened.db);
    expect(rows).toHaveLength(1);
  });
});

describe("invariant 6: bound to its place", () => {
  const elsewhere: [string, Partial<SecretPlace>][] = [
    ["workspace", { workspaceId: "T2" }],
    ["customer", { customerId: "C2" }],
    ["order", { subjectId: "O2#0" }],
    ["line", { subjectId: "O1#1" }],
    ["kind", { kind: "link" }],
  ];

  test.each(elsewhere)("invariant 6: asked for under another %s it does not open", async (_what, change) => {
    const { secretId } = await seal();
    const moved = { ...place, ...change };
    expect(await failure(openSecret(desk, { secretId, place: moved }))).toMatchObject({ kind: "tampered" });
  });

  test.each(elsewhere)(
    "invariant 6: a row moved to another %s does not open there",
    async (_what, change) => {
      const { secretId } = await seal();
      const moved = { ...place, ...change };
      await opened.db
        .updateTable("secrets")
        .set({
          workspace_id: moved.workspaceId,
          customer_id: moved.customerId,
          subject_id: moved.subjectId,
          kind: moved.kind,
        })
        .where("id", "=", secretId)
        .execute();
      expect(await failure(openSecret(desk, { secretId, place: moved }))).toMatchObject({ kind: "tampered" });
    },
  );

  test("invariant 6: one secret's content in another's row does not open, nor does a swapped data key", async () => {
    const first = await seal();
    const second = await seal(new Secret("FAKE0-OTHER"), { ...place, kind: "link" });
    const third = await seal(new Secret("FAKE0-THIRD"), { ...place, subjectId: "O9#0" });
    const copy = (columns: string, from: string, to: string) =>
      sql`update secrets set ${sql.raw(columns)} from secrets s where s.id = ${from} and secrets.id = ${to}`.execute(
        opened.db,
      );
    await copy("sealed = s.sealed, wrapped_key = s.wrapped_key", second.secretId, first.secretId);
    expect(await failure(text(first.secretId))).toMatchObject({ kind: "tampered" });
    await copy("wrapped_key = s.wrapped_key", second.secretId, third.secretId);
    expect(await failure(text(third.secretId, desk, { ...place, subjectId: "O9#0" }))).toMatchObject({
      kind: "tampered",
    });
  });

  test.each(["sealed", "wrapped_key"])("invariant 6: any changed byte of %s is noticed", async (column) => {
    const { secretId } = await seal();
    const { rows } = await sql<{ size: number }>`
      select length(${sql.ref(column)}) as size from secrets where id = ${secretId}`.execute(opened.db);
    for (const at of [0, 11, 12, 20, (rows[0]?.size ?? 0) - 1]) {
      const flip = () =>
        sql`update secrets set ${sql.ref(column)} = set_byte(${sql.ref(column)}, ${at}, get_byte(${sql.ref(column)}, ${at}) # 1) where id = ${secretId}`.execute(
          opened.db,
        );
      await flip();
      expect(await failure(text(secretId))).toMatchObject({ kind: "tampered" });
      await flip();
    }
    expect(await text(secretId)).toContain("FAKE0");
    await sql`update secrets set ${sql.ref(column)} = '' where id = ${secretId}`.execute(opened.db);
    expect(await failure(text(secretId))).toMatchObject({ kind: "tampered" });
  });

  test("invariant 6: an envelope of a version that is not known does not open", async () => {
    const { secretId } = await seal();
    await sql`update secrets set envelope_version = 2`.execute(opened.db);
    expect(await failure(text(secretId))).toMatchObject({ kind: "tampered" });
  });

  test("invariant 6: a failure names ids, and nothing of the secret or the keys", async () => {
    const { secretId } = await seal();
    const failures = [
      await failure(text(secretId, deskOf(createVault([otherKey])))),
      await failure(text(secretId, desk, { ...place, kind: "link" })),
      await failure(text("sec_none")),
    ];
    expect(failures.map(({ kind }) => kind)).toEqual(["unknown_key", "tampered", "destroyed"]);
    const said = inspect([failures, desk.vault, oldKey], { depth: 9, showHidden: true });
    expect(said).not.toContain("FAKE0");
    expect(said).not.toMatch(/<Buffer|Uint8Array/);
  });
});

describe("C10 destroyed", () => {
  test("C10 a destroyed secret opens no more, by any key; its row stays, and what is elsewhere lives on", async () => {
    const { secretId } = await seal();
    const link = await seal(new Secret("https://x.example"), { ...place, kind: "link" });
    const others = [
      await seal(new Secret("FAKE0-OTHER-LINE"), { ...place, subjectId: "O1#1" }),
      await seal(new Secret("FAKE0-OTHER-WORKSPACE"), { ...place, workspaceId: "T2" }),
    ];
    const destroyed = await transact(opened.db, (trx) => destroySecrets(trx, desk, place));
    expect(destroyed).toBe(2);
    for (const [id, kind] of [
      [secretId, "key"],
      [link.secretId, "link"],
    ] as const)
      expect(await failure(openSecret(desk, { secretId: id, place: { ...place, kind } }))).toMatchObject({
        kind: "destroyed",
      });
    expect(await secrets()).toHaveLength(4);
    expect(await text(others[0]?.secretId ?? "", desk, { ...place, subjectId: "O1#1" })).toContain("LINE");
    expect(await text(others[1]?.secretId ?? "", desk, { ...place, workspaceId: "T2" })).toContain(
      "WORKSPACE",
    );
    expect(await transact(opened.db, (trx) => destroySecrets(trx, desk, place))).toBe(0);
    await seal();
  });

  test("C10 the database lets no destroyed secret come back", async () => {
    const { secretId } = await seal();
    const kept = (await secrets())[0]?.wrapped_key;
    await transact(opened.db, (trx) => destroySecrets(trx, desk, place));
    await expect(
      opened.db
        .updateTable("secrets")
        .set({ wrapped_key: kept ?? null, destroyed_at: null })
        .where("id", "=", secretId)
        .execute(),
    ).rejects.toThrow("is destroyed and stays so");
  });

  test("C10 a transaction that fails destroys nothing", async () => {
    const { secretId } = await seal();
    const failing = transact(opened.db, async (trx) => {
      await destroySecrets(trx, desk, place);
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    expect(await text(secretId)).toContain("FAKE0");
  });
});

describe("invariant 6: rotation", () => {
  const both = deskOf(createVault([newKey, oldKey]));
  const oldFirst = deskOf(createVault([oldKey, newKey]));
  const newOnly = deskOf(createVault([newKey]));

  test("invariant 6: any known key opens, the newest seals, and after rewrapping the old one is not needed", async () => {
    const before = await seal();
    const after = await seal(new Secret("FAKE0-LATER"), { ...place, subjectId: "O2#0" }, both);
    expect(await text(before.secretId, both)).toContain("FAKE0");
    expect(await failure(text(before.secretId, newOnly))).toMatchObject({ kind: "unknown_key" });
    await expect(checkVault(newOnly)).rejects.toThrow(/VAULT_KEYS lacks old \(2 secrets\)/);
    const told: number[] = [];
    expect(await rewrapSecrets(both, (count) => told.push(count))).toEqual({
      newest: "new",
      rewrapped: 2,
      unreadable: 0,
      left: [],
    });
    expect(told).toEqual([2]);
    await checkVault(newOnly);
    expect(await text(before.secretId, newOnly)).toContain("FAKE0");
    expect(await text(after.secretId, newOnly, { ...place, subjectId: "O2#0" })).toBe("FAKE0-LATER");
    expect(await rewrapSecrets(both)).toMatchObject({ rewrapped: 0 });
  });

  test("invariant 6: a fingerprint outlives the rotation", async () => {
    await seal(new Secret("the same value"));
    await rewrapSecrets(both);
    await seal(new Secret("the same value"), { ...place, subjectId: "O2#0" }, newOnly);
    const [one, other] = await secrets();
    expect(other?.fingerprint?.equals(one?.fingerprint ?? Buffer.of())).toBe(true);
  });

  test("invariant 6: a destroyed secret is not brought back by rewrapping", async () => {
    const { secretId } = await seal();
    await transact(opened.db, (trx) => destroySecrets(trx, desk, place));
    expect(await rewrapSecrets(both)).toMatchObject({ rewrapped: 1, left: [] });
    expect(await failure(text(secretId, both))).toMatchObject({ kind: "destroyed" });
  });

  test("invariant 6: what can't be read stays as it is, is counted, and stops nothing", async () => {
    const lost = await seal(
      new Secret("FAKE0-LOST"),
      { ...place, subjectId: "O2#0" },
      deskOf(createVault([oldKey])),
    );
    await seal(
      new Secret("FAKE0-OTHER-KEY"),
      { ...place, workspaceId: "T9" },
      deskOf(createVault([otherKey])),
    );
    await seal();
    await sql`update secrets set customer_id = 'C9' where id = ${lost.secretId}`.execute(opened.db);
    expect(await rewrapSecrets(both)).toEqual({
      newest: "new",
      rewrapped: 2,
      unreadable: 3,
      left: [
        { keyId: "old", secrets: 1 },
        { keyId: "other", secrets: 2 },
      ],
    });
  });

  test("invariant 6: a row in use is not waited for, and taken up by the next run", async () => {
    const { secretId } = await seal();
    const busy = await transact(opened.db, async (trx) => {
      await sql`select 1 from secrets where id = ${secretId} for update`.execute(trx);
      return rewrapSecrets(both);
    });
    expect(busy).toMatchObject({ rewrapped: 1, left: [{ keyId: "old", secrets: 1 }] });
    expect(await rewrapSecrets(both)).toMatchObject({ rewrapped: 1, left: [] });
  });

  test("invariant 6: two rewrap at once, over several batches, and each secret is done once", async () => {
    await transact(opened.db, async (trx) => {
      for (let count = 0; count < 250; count += 1)
        await sealSecret(trx, desk, {
          place: { ...place, kind: "file" },
          value: Buffer.from(`file ${count}`),
        });
    });
    const done = await Promise.all([rewrapSecrets(both), rewrapSecrets(both)]);
    expect(done[0].rewrapped + done[1].rewrapped).toBe(251);
    expect(await rewrapSecrets(both)).toMatchObject({ rewrapped: 0, left: [] });
  });

  test("invariant 6: rotation under load loses no secret", async () => {
    const sealed: { id: string; where: SecretPlace; value: string }[] = [];
    let stop = false;
    const wrong: string[] = [];
    const work = async (by: typeof desk, name: string) => {
      for (let count = 0; !stop || count < 12; count += 1) {
        const value = `FAKE0-${name}-${count}-${randomBytes(4).toString("hex")}`;
        const where = { ...place, subjectId: `${name}${count}#0` };
        const { secretId } = await seal(new Secret(value), where, by);
        sealed.push({ id: secretId, where, value });
        for (const one of sealed.slice(-5))
          if ((await text(one.id, by, one.where)) !== one.value) wrong.push(one.id);
      }
    };
    const workers = [work(oldFirst, "a"), work(both, "b")];
    for (let round = 0; round < 8; round += 1) await rewrapSecrets(both);
    stop = true;
    await Promise.all(workers);
    // Every process has the new key first by now: one more run, and the old key can go.
    expect(await rewrapSecrets(both)).toMatchObject({ unreadable: 0, left: [] });
    expect(wrong).toEqual([]);
    expect(sealed.length).toBeGreaterThan(20);
    for (const one of sealed) expect(await text(one.id, newOnly, one.where)).toBe(one.value);
  });

  test("invariant 6: without rewrapping, that test would miss its secrets", async () => {
    const { secretId } = await seal(new Secret("FAKE0"), place, oldFirst);
    expect(await failure(text(secretId, newOnly))).toMatchObject({ kind: "unknown_key" });
  });
});
