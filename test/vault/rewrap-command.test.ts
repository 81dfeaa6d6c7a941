import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { Secret } from "#src/config/secret.ts";
import { openDatabase, transact } from "#src/db/database.ts";
import { localKey } from "#src/vault/local-key.ts";
import { sealSecret } from "#src/vault/seal.ts";
import { createVault } from "#src/vault/vault.ts";
import { manualClock } from "../ground/clock.ts";
import { createDatabase } from "../ground/database.ts";
import { runScript, surroundings } from "../ground/run-script.ts";
import { onDatabase } from "../ground/server.ts";

test("invariant 6: the command rewraps, prints counts and no secret, and says which key may go; without a key in use nothing starts", async () => {
  const database = await createDatabase();
  const opened = openDatabase({
    url: database.url,
    applicationName: "test",
    maxConnections: 4,
    onError: () => {},
  });
  const [first, second] = [randomBytes(32), randomBytes(32)].map((bytes) => bytes.toString("base64"));
  const desk = {
    db: opened.db,
    clock: manualClock(),
    vault: createVault([localKey({ id: "first", key: new Secret(first ?? "") })]),
  };
  const place = { workspaceId: "T1", customerId: "C1", kind: "key" } as const;
  for (const subjectId of ["O1#0", "O2#0"])
    await transact(opened.db, (trx) =>
      sealSecret(trx, desk, {
        place: { ...place, subjectId },
        value: new Secret(`FAKE0-CANARY-${subjectId}`),
      }),
    );
  await opened.close();

  const run = (VAULT_KEYS: string, name = "rewrap") =>
    runScript(name, { ...surroundings, DATABASE_URL: database.url, VAULT_KEYS });
  // Both keys, and the key that the fingerprints are made with.
  const both = await run(`second:${second},first:${first}`);
  expect(both.code).toBe(0);
  expect(both.said).toContain("3 secrets are now under second.");
  expect(both.said).toContain(
    "Nothing needs first: remove it once every process runs with second as its first key.",
  );
  const recorded = await onDatabase(database.url, async (client) => {
    const { rows } = await client.query("select workspace_id, act, person_id, details from activity");
    return rows;
  });
  expect(recorded).toEqual([
    {
      workspace_id: "T1",
      act: "vault.rewrapped",
      person_id: null,
      details: { by: "operator", keyId: "second", secrets: 3 },
    },
  ]);
  expect(await run(`second:${second}`)).toMatchObject({
    code: 0,
    said: expect.stringContaining("0 secrets are now"),
  });
  const lost = await run(`first:${first}`);
  expect(lost.code).toBe(1);
  expect(lost.said).toContain("3 could not be read");
  expect(lost.said).toContain("3 are still under second: keep it, and run this again.");
  // The app does not start without a key that a secret needs.
  const refused = await run(`first:${first}`, "main");
  expect(refused).toMatchObject({
    code: 1,
    said: expect.stringContaining("VAULT_KEYS lacks second (3 secrets)"),
  });
  const wrong = await run("canary");
  expect(wrong).toMatchObject({ code: 2, said: expect.stringContaining("VAULT_KEYS key 1 is not an id") });
  for (const { said } of [both, lost, refused, wrong])
    for (const secret of ["CANARY", "canary", first, second]) expect(said).not.toContain(secret);
  await database.drop();
});
