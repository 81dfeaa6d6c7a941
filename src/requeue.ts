import { userInfo } from "node:os";
import { loadConfig } from "./config/config.ts";
import { systemClock } from "./desk/clock.ts";
import { runCommand, say, WrongUse, withDatabase } from "./operations/command.ts";
import { type RefusedBecause, type Requeued, requeueRequest } from "./requests/requeue.ts";

const why: Record<RefusedBecause, string> = {
  ended: "it has ended, and what has ended is never done again",
  left_to_person:
    "it was left to a person, because what happened could not be told; look at its story and at Partner Center before anybody asks for it again",
  waits_for_person: "it waits for somebody to decide or to file it, and no job does that",
  nothing_to_do: "there is nothing that a job would do for it now",
  shown_once: "a key is shown once and by nobody else; its agent asks again from Slack",
};

function told(one: Requeued): string {
  return "refused" in one
    ? `${one.id} (${one.status}) was not rung for: ${why[one.refused]}.`
    : `${one.id} (${one.status}) is rung for at ${one.ringsAt.toISOString()}. Its row decides what happens; nothing is sent twice.`;
}

await runCommand({
  name: "requeue",
  failed: "Not rung for",
  usage: `npm run requeue -- <request id> [--reason TEXT]

Rings once more for a request that should be moving: pur_…, can_…, sup_…, or bat_… for several cancellations. It works with an
empty queue as well, never before its time, and never sends anything again by itself: the request's row says what is to be done.
The activity keeps who rang (the user of this machine) and the reason.

Exit code: 0 rung for, 1 refused, 2 not possible.`,
  options: { reason: { type: "string" } },
  words: 1,
  async run({ values, positionals: [requestId] }) {
    if (!requestId) throw new WrongUse("Which request?");
    const { config, secrets } = loadConfig(process.env);
    return withDatabase(secrets.databaseUrl, "requeue", async ({ db }) => {
      const rung = await requeueRequest(
        { db, clock: systemClock, timings: config.timings },
        { requestId, operator: userInfo().username, reason: values.reason?.trim() || null },
      );
      if (rung === null) throw new Error(`there is no request ${requestId}`);
      for (const one of rung) say(told(one));
      return rung.some((one) => "ringsAt" in one);
    });
  },
});
