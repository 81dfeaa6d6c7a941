import type { Agent } from "../access/agent.ts";
import { recognise } from "../access/recognise.ts";
import type { Desk } from "../desk/context.ts";
import { DeskError } from "../desk/errors.ts";
import { dayOf, startOfDay } from "../windows/morning.ts";
import type { ActivityKind } from "./kinds.ts";

/** What a reader asks for (A2): days as they are where the reader is, the last one included. */
export interface ActivityQuestion {
  from: string;
  to: string;
  slackUserId: string | null;
  customerId: string | null;
  /** `outside`: software accesses in Partner Center's log that did not come from here. Null: everything. */
  kind: ActivityKind | "outside" | null;
}

/** The same as the database is asked: `until` is exclusive. A person is one of ours, or a partner user, or both. */
export interface ActivityFilter {
  from: Date;
  until: Date;
  personId: string | null;
  userPrincipalName: string | null;
  customerId: string | null;
  kind: ActivityQuestion["kind"];
}

/** What is wrong with a range of days, and which of the two it is about. */
export interface RangeProblem {
  field: "from" | "to";
  problem: "missing" | "future" | "order";
}

/** The range as it is first offered: the last seven days, today included. */
export function lastDays(now: Date, timeZone: string): { from: string; to: string } {
  const to = dayOf(now, timeZone);
  return { from: dayOf(startOfDay(to, timeZone, -6), timeZone), to };
}

/** Null where the range can be read (A2). */
export function rangeProblem(
  range: { from: string | null; to: string | null },
  now: Date,
  timeZone: string,
): RangeProblem | null {
  const today = dayOf(now, timeZone);
  for (const field of ["from", "to"] as const) {
    const day = range[field];
    if (day === null || !isDay(day)) return { field, problem: "missing" };
    if (day > today) return { field, problem: "future" };
  }
  return (range.from ?? "") > (range.to ?? "") ? { field: "to", problem: "order" } : null;
}

function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  try {
    startOfDay(text, "UTC");
    return true;
  } catch {
    return false;
  }
}

/**
 * Days as instants where the reader is, and the chosen person as the desk and Partner Center know them.
 *
 * @throws DeskError invalid_input { field, problem }
 * @throws ChatFailure where the person was never met and Slack can't be asked
 */
export async function resolveFilter(
  desk: Desk,
  agent: Agent,
  question: ActivityQuestion,
): Promise<ActivityFilter> {
  const wrong = rangeProblem(question, desk.clock.now(), agent.timeZone);
  if (wrong) {
    throw new DeskError("invalid_input", `the range ${question.from} to ${question.to}: ${wrong.problem}`, {
      ...wrong,
    });
  }
  const { workspaceId } = agent;
  const person =
    question.slackUserId === null
      ? null
      : await recognise(desk, { workspaceId, slackUserId: question.slackUserId });
  return {
    from: startOfDay(question.from, agent.timeZone),
    until: startOfDay(question.to, agent.timeZone, 1),
    personId: person?.personId ?? null,
    userPrincipalName: person ? (person.email?.toLowerCase() ?? "") : null,
    customerId: question.customerId,
    kind: question.kind,
  };
}
