import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { verifyChain } from "#src/activity/verify.ts";
import { advanceCancellation } from "#src/cancellations/advance.ts";
import { requestCancellations } from "#src/cancellations/request-many.ts";
import { transact } from "#src/db/database.ts";
import type { Desk } from "#src/desk/context.ts";
import type { Failpoint } from "#src/desk/failpoints.ts";
import { type DeskUnderTest, openDesk } from "../ground/desk.ts";
import { countWaiting } from "../ground/locks.ts";
import { until } from "../ground/until.ts";
import { minute, pass } from "../requests/acts.ts";
import { placeOrder, type StockLine } from "./stock.ts";

let under: DeskUnderTest;
let lines: StockLine[];
let ids: string[];
beforeEach(async () => {
  under = await openDesk();
  const [customer] = await under.desk.partnerCenter.searchCustomers({
    field: "CompanyName",
    startsWith: "Contoso",
    size: 1,
  });
  lines = await placeOrder(under.desk, customer?.id ?? "", { kind: "perpetual", lines: 3 });
  await requestCancellations(under.desk, await under.agent(), {
    formToken: randomUUID(),
    customerId: customer?.id ?? "",
    lines,
  });
  ids = (await rows()).map(({ id }) => id);
});
afterEach(async () => {
  expect(await verifyChain(under.desk.db, "T0TEST")).toMatchObject({ intact: true });
  await under.close();
});

const rows = () =>
  under.desk.db
    .selectFrom("cancellations")
    .select(["id", "status", "ms_request_id", "leased_until"])
    .orderBy("line_item_number")
    .execute();
const statuses = async () => (await rows()).map(({ status }) => status);
const patches = () => under.simulator.requests().filter(({ method }) => method === "PATCH");

/** A worker for each line, all at once, and each that has claimed goes on only when the others have claimed or have ended. */
async function workTogether(at: Failpoint = "cancellation.claimed"): Promise<void> {
  const stopped = new Set<number>();
  const everybody = Promise.withResolvers<void>();
  const stop = (worker: number) => {
    stopped.add(worker);
    if (stopped.size === ids.length) everybody.resolve();
  };
  await Promise.all(
    ids.map(async (cancellationId, worker) => {
      const desk: Desk = {
        ...under.desk,
        failpoint: async (point) => {
          if (point !== at) return;
          stop(worker);
          await everybody.promise;
        },
      };
      await advanceCancellation(desk, { cancellationId });
      stop(worker);
    }),
  );
}

describe("C7 lines of one order leave in one call", () => {
  test("C7 though each of them is rung for at the same moment: no other worker waits for what it could have taken along", async () => {
    await workTogether();
    expect(await statuses()).toEqual(["accepted", "accepted", "accepted"]);
    expect(patches()).toHaveLength(1);
  });

  test("C7 though the sweeper holds one of them at that moment", async () => {
    const { sending } = await transact(under.desk.db, async (trx) => {
      await sql`select from cancellations where id = ${ids[2]} for update`.execute(trx);
      const sending = advanceCancellation(under.desk, { cancellationId: ids[0] ?? "" });
      await until("the worker waits for the sweeper, or has passed it", async () => {
        return (await countWaiting(under.desk.db)) > 0 || patches().length > 0;
      });
      return { sending };
    });
    await sending;
    expect(await statuses()).toEqual(["accepted", "accepted", "accepted"]);
    expect(patches()).toHaveLength(1);
  });

  test("C7 after a lost answer they are sent again at once by whoever comes first, under the same id", async () => {
    under.simulator.addFault({ method: "PATCH", path: "/orders/", fault: "reset-after-commit", times: 1 });
    await workTogether();
    expect(await statuses()).toEqual(["unknown", "unknown", "unknown"]);
    under.clock.advance(5_000);
    await workTogether();
    expect(await statuses()).toEqual(["accepted", "accepted", "accepted"]);
    expect(patches()).toHaveLength(2);
    expect(new Set(patches().map(({ requestId }) => requestId)).size).toBe(1);
  });

  test("C7 a worker that dies after claiming holds none of them for longer than its lease", async () => {
    const dying: Desk = {
      ...under.desk,
      failpoint: async (point) => {
        if (point === "cancellation.claimed") throw new Error("The worker died.");
      },
    };
    await expect(advanceCancellation(dying, { cancellationId: ids[1] ?? "" })).rejects.toThrow("died");
    expect((await rows()).filter(({ leased_until }) => leased_until === null)).toEqual([]);
    await workTogether();
    expect(patches()).toHaveLength(0);
    await pass(under, minute);
    expect(await statuses()).toEqual(["accepted", "accepted", "accepted"]);
    expect(patches()).toHaveLength(1);
  });
});
