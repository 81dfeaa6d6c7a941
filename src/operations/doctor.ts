import { sql } from "kysely";
import { memoryPolicy } from "#jobs/redis.ts";
import type { Database } from "../db/database.ts";
import { readMigrations } from "../db/migrate.ts";
import type { PartnerCenter } from "../partner-center/port.ts";
import { PartnerCenterFailure } from "../partner-center/port.ts";
import { problemOf } from "./ready.ts";
import { within } from "./within.ts";

/** What one look found. `todo` where something is to be done. */
export interface Finding {
  what: string;
  state: "fine" | "look" | "wrong";
  says: string;
  todo?: string;
}

export interface Check {
  what: string;
  /** What an operator does when it throws. */
  todo: string;
  look(): Promise<Finding[]>;
}

const limitMs = 10_000;
/** Slack takes requests of the last five minutes, tokens and leases bear a few seconds. */
const mostSkewSeconds = 5;
const oldestPostgres = 150_000;

const fine = (what: string, says: string): Finding => ({ what, state: "fine", says });

/** Looks at everything, one after the other; what throws is a finding as well. */
export async function examine(
  checks: readonly Check[],
  told: (finding: Finding) => void,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { what, todo, look } of checks) {
    let found: Finding[];
    try {
      found = await within(limitMs, look());
    } catch (error) {
      const says = error instanceof PartnerCenterFailure ? error.message : problemOf(error);
      found = [{ what, state: "wrong", says, todo }];
    }
    for (const finding of found) told(finding);
    findings.push(...found);
  }
  return findings;
}

/** How far another's clock is from ours, given what it said it was. */
function clockFinding(what: string, theirs: Date): Finding {
  const seconds = (theirs.getTime() - Date.now()) / 1_000;
  return Math.abs(seconds) <= mostSkewSeconds
    ? fine(what, "agrees with ours")
    : {
        what,
        state: "wrong",
        says: `is ${Math.abs(seconds).toFixed(0)} seconds ${seconds > 0 ? "ahead of" : "behind"} ours`,
        todo: "Set the clocks of both machines by NTP.",
      };
}

export function databaseCheck(db: Database): Check {
  return {
    what: "database",
    todo: "Is PostgreSQL up, and does DATABASE_URL lead to it from this machine?",
    async look() {
      const { rows } = await sql<{ version: string; number: number; now: Date }>`
        select current_setting('server_version') as version, current_setting('server_version_num')::int as number, now() as now`.execute(
        db,
      );
      const [server] = rows;
      if (!server) throw new Error("no answer");
      const { missing, unknown, gone } = await readMigrations(db);
      return [
        server.number >= oldestPostgres
          ? fine("database", `PostgreSQL ${server.version}`)
          : {
              what: "database",
              state: "wrong",
              says: `PostgreSQL ${server.version} is older than 15`,
              todo: "Bring the server to PostgreSQL 15 or later.",
            },
        clockFinding("database's clock", server.now),
        missing.length > 0 || gone
          ? {
              what: "migrations",
              state: "wrong",
              says: gone
                ? `${gone} is of a newer version that took something away`
                : `${missing.length} are missing`,
              todo: gone ? "Run the newer version of CSP Desk." : "npm run migrate",
            }
          : unknown.length > 0
            ? { what: "migrations", state: "look", says: `ahead of this version by ${unknown.join(", ")}` }
            : fine("migrations", "up to date"),
      ];
    },
  };
}

/** `info` answers the sections of Redis' INFO, for each server. */
export function redisCheck(info: (section: "memory" | "persistence") => Promise<string[]>): Check {
  return {
    what: "redis",
    todo: "Is Redis up, and does REDIS_URL lead to it from this machine?",
    async look() {
      const policies = (await info("memory")).map(memoryPolicy);
      const policy = policies.find((one) => one !== "noeviction") ?? "noeviction";
      const keepsFile = (await info("persistence")).every((one) => /^aof_enabled:1/m.test(one));
      return [
        policy === "noeviction"
          ? fine("redis", "throws nothing away (noeviction)")
          : {
              what: "redis",
              state: "wrong",
              says: `throws keys away when it is full (${policy})`,
              todo: "CONFIG SET maxmemory-policy noeviction, and in redis.conf",
            },
        keepsFile
          ? fine("redis on disk", "every write is kept (AOF)")
          : {
              what: "redis on disk",
              state: "look",
              says: "a restart forgets the queue; nothing is lost, but what waits waits until the sweeper rings",
              todo: "appendonly yes in redis.conf",
            },
      ];
    },
  };
}

/** `ask` calls auth.test: what Slack says, the token's scopes, and the time it gave. */
export function slackCheck(
  wanted: readonly string[],
  ask: () => Promise<{ error: string | null; team: string | null; scopes: string[]; date: Date | null }>,
): Check {
  return {
    what: "slack",
    todo: "Does this machine reach slack.com?",
    async look() {
      const { error, team, scopes, date } = await ask();
      if (error !== null) {
        return [
          {
            what: "slack",
            state: "wrong",
            says: `does not take SLACK_BOT_TOKEN (${error})`,
            todo: "Copy the Bot User OAuth Token from the app's OAuth & Permissions page.",
          },
        ];
      }
      const missing = wanted.filter((scope) => !scopes.includes(scope));
      return [
        fine("slack", `takes the token, of the workspace ${team}`),
        missing.length === 0
          ? fine("slack's scopes", "all that manifest.yml asks for")
          : {
              what: "slack's scopes",
              state: "wrong",
              says: `${missing.join(", ")} ${missing.length === 1 ? "is" : "are"} missing`,
              todo: "Install the app again under OAuth & Permissions, after taking over manifest.yml.",
            },
        ...(date ? [clockFinding("slack's clock", date)] : []),
      ];
    },
  };
}

/** What the app's own sign-in may do: read customers, and the roles that decide who may do what. */
export function partnerCenterCheck(
  partnerCenter: Pick<PartnerCenter, "searchCustomers" | "listRoles">,
): Check {
  return {
    what: "partner center",
    todo: "Is the client secret still good, is there consent, and is the account an Admin agent? docs/operations.md#partner-center-sign-in",
    async look() {
      await partnerCenter.searchCustomers({ field: "CompanyName", startsWith: "a", size: 1 });
      const reads = fine("partner center", "gives a token, and customers can be read");
      try {
        const roles = await partnerCenter.listRoles();
        return [reads, fine("partner center's roles", `${roles.length} roles can be read`)];
      } catch (error) {
        if (!(error instanceof PartnerCenterFailure)) throw error;
        return [
          reads,
          {
            what: "partner center's roles",
            state: "look",
            says: `can't be read (${error.kind}, ${error.code}), and without them nobody may do anything`,
            todo: "With AGENT_TOKENS=own an agent has to sign in from Slack first; with a service account, that account needs a role.",
          },
        ];
      }
    },
  };
}
