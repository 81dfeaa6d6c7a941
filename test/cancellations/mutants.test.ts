import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { sql } from "kysely";
import { afterEach, describe, expect, test, vi } from "vitest";
import type * as Schedule from "#src/cancellations/follow-schedule.ts";
import type * as Many from "#src/cancellations/request-many.ts";
import type * as TakeBack from "#src/cancellations/take-back.ts";
import { type Database, transact } from "#src/db/database.ts";
import type { Desk } from "#src/desk/context.ts";
import type * as Moves from "#src/requests/move.ts";
import type { Move } from "#src/requests/move.ts";
import type * as SendOnce from "#src/requests/send-once.ts";
import type { Sending } from "#src/requests/send-once.ts";
import fc from "../ground/fast-check.ts";
import type { World } from "./machine.ts";

/**
 * Mistakes that somebody could make, planted by replacing a function of a module or a part of the desk. The machine must find
 * each of them, in its own random runs and in the few steps that show it.
 */

type Steps = ((world: World) => Promise<void> | void)[];
type CancellationSending = Sending<"cancellation", "accepted" | "visible">;

interface Mutant {
  mistake: string;
  /** Replaces modules before anything is loaded. */
  plant?: () => void;
  /** Replaces a part of the desk. */
  change?: (desk: Desk) => Desk;
  /** Takes a protection of the database away. */
  unprotect?: (world: World) => Promise<unknown>;
  steps: Steps;
  found: RegExp;
}

const minute = 60_000;
const lose = (fault: "reset-before" | "reset-after-commit") => (world: World) =>
  world.under.simulator.addFault({ method: "PATCH", path: "/customers/", fault, times: 1 });
const refuse = (status: number, code: number, times: number) => (world: World) =>
  world.under.simulator.addFault({
    method: "PATCH",
    path: "/customers/",
    fault: "answer",
    times,
    answer: { status, code, description: "No." },
  });
const lag = (minutes: number) => (world: World) =>
  world.under.simulator.configure({ cancellationLagMs: minutes * minute });
const ask =
  (lines: number[], agents = [0]) =>
  (world: World) =>
    world.ask(lines, agents);
const work = (world: World) => world.work(1);
const pass = (minutes: number) => (world: World) => world.pass(minutes * minute, 1);
const grace = (world: World) => {
  world.desk.timings.graceSeconds = 60;
};

/** Sends as `sendOnce` does, with another way of doing one part of it. */
const sendingWith =
  (change: (sending: CancellationSending, desk: Desk) => Partial<CancellationSending>) => () =>
    vi.doMock("#src/requests/send-once.ts", async (original) => {
      const module = await original<typeof SendOnce>();
      return {
        ...module,
        sendOnce: (desk: Desk, sending: CancellationSending) =>
          module.sendOnce<"cancellation", "accepted" | "visible">(desk, {
            ...sending,
            ...change(sending, desk),
          }),
      };
    });

/** Takes anything back that has a row, whatever became of it. */
const takeAnythingBack = () =>
  vi.doMock("#src/cancellations/take-back.ts", async (original) => ({
    ...(await original<typeof TakeBack>()),
    takeBack: async (desk: Desk, _agent: unknown, { cancellationId }: { cancellationId: string }) => {
      await sql`update cancellations set status = 'taken_back', due_at = null where id = ${cancellationId}`.execute(
        desk.db,
      );
    },
  }));

const mutants: Mutant[] = [
  {
    mistake: "a new request id for every try",
    change: (desk) => {
      const { cancelOrderLines, cancelSubscription } = desk.partnerCenter;
      const anew = <T extends { requestId: string }>(call: T): T => ({ ...call, requestId: randomUUID() });
      return {
        ...desk,
        partnerCenter: {
          ...desk.partnerCenter,
          cancelOrderLines: (input, call) => cancelOrderLines(input, anew(call)),
          cancelSubscription: (input, call) => cancelSubscription(input, anew(call)),
        },
      };
    },
    steps: [ask([3]), lose("reset-before"), work, pass(1)],
    found: /sent anew after a lost answer/,
  },
  {
    mistake: "no look before a late repeat",
    plant: sendingWith(() => ({ read: async () => "nothing" })),
    steps: [ask([3]), lose("reset-before"), work, pass(19)],
    found: /sent again late, without a look|is refused and cancelled/,
  },
  {
    mistake: "a refusal of a repeat is believed without a look",
    plant: sendingWith(({ landed }) => ({ landed, read: async () => "nothing" })),
    steps: [ask([3]), lag(14), lose("reset-after-commit"), work, refuse(400, 800061, 1), pass(1)],
    found: /is refused and cancelled|sent again late, without a look/,
  },
  {
    mistake: "a lost answer is taken for a no",
    plant: sendingWith((sending) => ({
      write: async (rows, call) => {
        try {
          return await sending.write(rows, call);
        } catch (error) {
          if (error instanceof Error && "kind" in error && error.kind === "retry_same_id")
            error.kind = "refused";
          throw error;
        }
      },
    })),
    steps: [ask([3]), lose("reset-after-commit"), work],
    found: /is refused and cancelled/,
  },
  {
    mistake: "a no is taken for a yes",
    plant: sendingWith(() => ({ landed: (failure) => (failure.kind === "refused" ? "accepted" : null) })),
    steps: [ask([3]), refuse(400, 800061, 1), work],
    found: /nobody took it/,
  },
  {
    mistake: "accepted is called visible",
    plant: sendingWith(({ write }) => ({
      write: async (rows, call) => {
        await write(rows, call);
        return "visible";
      },
    })),
    steps: [lag(5), ask([3]), work],
    found: /shows and does not/,
  },
  {
    mistake: "keys are revoked before it shows",
    plant: () => {
      vi.doMock("#src/requests/send-once.ts", async (original) => {
        const module = await original<typeof SendOnce>();
        const { revokeHandOvers } = await import("#src/fulfilment/revoke.ts");
        return {
          ...module,
          sendOnce: (desk: Desk, sending: CancellationSending) =>
            module.sendOnce<"cancellation", "accepted" | "visible">(desk, {
              ...sending,
              also: (_taken, row) => (trx) => revokeHandOvers(trx, desk, row),
            }),
        };
      });
    },
    steps: [(world) => world.reveal(0), lag(5), ask([0]), work],
    found: /revoked before its cancellation shows/,
  },
  {
    mistake: "a batch swallows what was refused",
    plant: () => {
      vi.doMock("#src/cancellations/request-many.ts", async (original) => {
        const module = await original<typeof Many>();
        return {
          ...module,
          requestCancellations: async (...given: Parameters<typeof Many.requestCancellations>) => {
            const made = await module.requestCancellations(...given);
            await sql`update cancellation_batches set refused_items = '[]' where id = ${made.batchId}`.execute(
              given[0].db,
            );
            return made;
          },
        };
      });
    },
    steps: [(world) => world.askMany([0], 0, false)],
    found: /does not account for every line/,
  },
  {
    mistake: "an item draws a message of its own",
    plant: () => {
      vi.doMock("#src/requests/move.ts", async (original) => {
        const module = await original<typeof Moves>();
        const { wantMessage } = await import("#src/messages/want.ts");
        return {
          ...module,
          moveRequest: async (db: Database, desk: Desk, move: Move<"cancellation">) => {
            await module.moveRequest(db, desk, move);
            const { id, workspace_id: workspaceId, person_id: personId, version, batch_id } = move.row;
            if (batch_id === null || move.to === "sending") return;
            const request = { kind: "cancellation", id } as const;
            await transact(desk.db, (trx) =>
              wantMessage(trx, desk, { workspaceId, personId, request, version }),
            );
          },
        };
      });
    },
    steps: [(world) => world.askMany([0], 0, false), work],
    found: /has 1 messages/,
  },
  {
    mistake: "what was sent is taken back, and the database lets it be",
    plant: takeAnythingBack,
    unprotect: (world) =>
      sql`alter table cancellations drop constraint cancellations_taken_back_unsent`.execute(world.desk.db),
    steps: [lag(5), ask([3]), work, (world) => world.takeBack(0, 0, false)],
    found: /was taken back and (sent|cancelled)/,
  },
  {
    mistake: "the guard on the status is dropped: the database refuses",
    plant: takeAnythingBack,
    steps: [lag(5), ask([3]), work, (world) => world.takeBack(0, 0, false)],
    found: /unexpected: .*cancellations_(taken_back_unsent|keep_final)|stays so/,
  },
  {
    mistake: "the deadline is ignored when it is sent",
    plant: sendingWith(({ write }) => ({
      write: ([row, ...others], call) =>
        write([{ ...row, deadline_at: null }, ...others.map((one) => ({ ...one, deadline_at: null }))], call),
    })),
    steps: [ask([3]), (world) => world.toDeadline(3, 20_000), work, pass(1)],
    found: /sent after its deadline/,
  },
  {
    mistake: "nobody is told that it is late",
    plant: () => {
      vi.doMock("#src/cancellations/follow-schedule.ts", async (original) => ({
        ...(await original<typeof Schedule>()),
        overdueAfterMs: Number.POSITIVE_INFINITY,
      }));
    },
    steps: [lag(20), ask([3]), work, pass(4), pass(13), pass(4)],
    found: /is late and nobody was told/,
  },
  {
    mistake: "a stale etag is tried again and again",
    plant: sendingWith(({ reroute }) => ({
      reroute: (failure, row, together) =>
        failure.code === 2055 ? {} : (reroute?.(failure, row, together) ?? null),
    })),
    steps: [ask([2]), refuse(400, 2055, 5), work],
    found: /met a stale etag/,
  },
  {
    mistake: "the neighbour's line is cancelled",
    change: (desk) => {
      const { cancelOrderLines, getOrder } = desk.partnerCenter;
      return {
        ...desk,
        partnerCenter: {
          ...desk.partnerCenter,
          cancelOrderLines: async (input, call) => {
            const { lines } = await getOrder(input);
            const neighbour = lines.find((line) => line.lineItemNumber !== input.lines[0]?.lineItemNumber);
            const wrong = neighbour ? [{ ...neighbour }] : input.lines;
            return cancelOrderLines(
              {
                ...input,
                lines: wrong.map(({ lineItemNumber, offerId }) => ({ lineItemNumber, offerId })),
              },
              call,
            );
          },
        },
      };
    },
    steps: [ask([0]), work],
    found: /nobody asked for it/,
  },
  {
    mistake: "a second agent's cancellation of the same line is accepted",
    unprotect: (world) => sql`drop index cancellations_one_per_line`.execute(world.desk.db),
    // Both have found the line free before either of them writes.
    change: (desk) => {
      const second = Promise.withResolvers<void>();
      let here = 0;
      const getSubscription: Desk["partnerCenter"]["getSubscription"] = async (input) => {
        const found = await desk.partnerCenter.getSubscription(input);
        here += 1;
        if (here === 2) second.resolve();
        await Promise.race([second.promise, pause(60_000, undefined, { ref: false })]);
        return found;
      };
      return { ...desk, partnerCenter: { ...desk.partnerCenter, getSubscription } };
    },
    steps: [ask([2], [0, 1])],
    found: /is being cancelled 2 times/,
  },
];

/** The same random runs every time, so that what is found today is found tomorrow, and soon; and so many of them for one mutant. */
const seed = 3;
const mostRuns = Number(process.env.MUTANT_RUNS ?? 150);
let world: World | null = null;

afterEach(async () => {
  await world?.under.close();
  world = null;
  vi.doUnmock("#src/requests/send-once.ts");
  vi.doUnmock("#src/cancellations/take-back.ts");
  vi.doUnmock("#src/requests/move.ts");
  vi.doUnmock("#src/cancellations/request-many.ts");
  vi.doUnmock("#src/cancellations/follow-schedule.ts");
  vi.resetModules();
});

async function load(mutant: Mutant) {
  vi.resetModules();
  mutant.plant?.();
  const machine = await import("./machine.ts");
  const opened = await machine.openWorld(mutant.change);
  world = opened;
  await mutant.unprotect?.(opened);
  return { play: machine.play, machine: machine.machine, opened };
}

describe("what the machine would see", () => {
  test.each(mutants)("C1 C7 C9 C10: $mistake", { timeout: 240_000 }, async (mutant) => {
    const { play, opened } = await load(mutant);
    await expect(play(opened, mutant.steps)).rejects.toThrow(mutant.found);
  });

  test("the same steps without a mistake end well", { timeout: 240_000 }, async () => {
    const { play, opened } = await load({ mistake: "none", steps: [], found: /never/ });
    grace(opened);
    for (const { steps } of mutants) await play(opened, steps);
  });

  // Each of them takes its time to be met by chance; MUTANT_RUNS, a number of runs, has all of them looked for.
  const looked = process.env.MUTANT_RUNS === undefined ? mutants.slice(0, 5) : mutants;
  test.each(looked)("C1 C7 C9 C10, by random runs: $mistake", { timeout: 300_000 }, async (mutant) => {
    const { machine, opened } = await load(mutant);
    const found = await fc.check(
      machine(() => opened),
      { numRuns: mostRuns, seed, endOnFailure: true },
    );
    expect(found.failed, `${mutant.mistake} went unseen in ${found.numRuns} runs`).toBe(true);
    // Only the database's own refusals are errors that a mistake may run into.
    expect(String(found.errorInstance)).not.toMatch(/unexpected: (?!.*(cancellations_|stays so))/);
  });
});
