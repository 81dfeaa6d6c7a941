import { z } from "zod";
import type { SlackStandIn } from "#sandbox/slack/start.ts";
import type { Surroundings } from "./wire.ts";

/** What the page can change: the clocks, the lag of a cancellation, and whether things work. */
export const change = z.discriminatedUnion("what", [
  z.strictObject({ what: z.literal("clock"), advanceMs: z.int().positive() }),
  z.strictObject({ what: z.literal("lag"), cancellationMs: z.int().nonnegative() }),
  z.strictObject({ what: z.literal("partner-center"), down: z.boolean() }),
  z.strictObject({ what: z.literal("slack"), slow: z.boolean() }),
]);
type Change = z.infer<typeof change>;

const slowBy = 2_000;
const everyOperation = "/v1/";
const simulator = z.looseObject({
  now: z.string(),
  settings: z.looseObject({ cancellationLagMs: z.number() }),
  faults: z.array(z.looseObject({ path: z.string(), fault: z.string() })),
});

/**
 * Reads what surrounds the bot. `partnerCenterUrl` is the simulator's address; without one only the workspace counts.
 * Throws when the simulator does not answer.
 */
export async function surroundings(
  standIn: SlackStandIn,
  partnerCenterUrl: string | undefined,
): Promise<Surroundings> {
  const { now, faults } = standIn.state();
  return {
    now,
    slackSlow: faults.some((fault) => fault.method === "*" && fault.fault === "slow"),
    partnerCenter: partnerCenterUrl === undefined ? null : await readSimulator(partnerCenterUrl),
  };
}

/** Makes one change. Both clocks move together. Throws when the simulator does not take it. */
export async function changeSurroundings(
  standIn: SlackStandIn,
  partnerCenterUrl: string | undefined,
  wanted: Change,
): Promise<void> {
  const partnerCenter = (path: string, body?: unknown) =>
    partnerCenterUrl === undefined ? undefined : control(partnerCenterUrl, path, body);
  switch (wanted.what) {
    case "clock":
      await partnerCenter("clock", { advanceMs: wanted.advanceMs });
      await standIn.advance(wanted.advanceMs);
      return;
    case "lag":
      await partnerCenter("lag", { cancellationMs: wanted.cancellationMs });
      return;
    case "partner-center":
      await partnerCenter("faults", wanted.down ? { path: everyOperation, fault: "503" } : undefined);
      return;
    case "slack":
      if (wanted.slow) standIn.addFault({ method: "*", fault: "slow", delayMs: slowBy });
      else standIn.clearFaults();
      return;
  }
}

async function readSimulator(url: string): Promise<NonNullable<Surroundings["partnerCenter"]>> {
  const response = await fetch(`${url}/_sim/control/state`);
  const { now, settings, faults } = simulator.parse(await response.json());
  return {
    now,
    cancellationLagMs: settings.cancellationLagMs,
    down: faults.some((fault) => fault.path === everyOperation && fault.fault === "503"),
  };
}

/** Posts to the simulator's control API; without a body, deletes. */
async function control(url: string, path: string, body: unknown): Promise<void> {
  const response = await fetch(`${url}/_sim/control/${path}`, {
    ...(body === undefined
      ? { method: "DELETE" }
      : { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
  });
  if (!response.ok) throw new Error(`The Partner Center simulator refused ${path}: ${await response.text()}`);
  await response.body?.cancel();
}
