import type { Agent } from "../access/agent.ts";
import { isEntitled } from "../access/authorise.ts";
import { readAgent, recognise } from "../access/recognise.ts";
import type { Desk } from "../desk/context.ts";
import { DeskError } from "../desk/errors.ts";
import { ChatFailure } from "../messages/port.ts";
import { type ApprovalReason, approvalReasons } from "./policy.ts";

/** Whom an approval is asked of, until when, and which rules ask for it. */
export interface AskedApproval {
  approvers: Agent[];
  until: Date;
  because: ApprovalReason[];
}

/**
 * Who has to approve this purchase of the agent's: those of the policy's approvers who might buy it themselves at this moment,
 * and who are somebody else. Null where the policy asks for nobody.
 *
 * @throws DeskError no_approver
 * @throws ChatFailure when an approver was never met and Slack does not say who it is
 */
export async function askApproval(
  desk: Desk,
  agent: Agent,
  purchase: Parameters<typeof approvalReasons>[1],
): Promise<AskedApproval | null> {
  const policy = desk.approvalPolicy;
  if (!policy) return null;
  const because = approvalReasons(policy, purchase);
  if (because.length === 0) return null;
  const named = await Promise.all(
    policy.approvers.map((slackUserId) => meet(desk, { workspaceId: agent.workspaceId, slackUserId })),
  );
  const approvers = named.filter((one) => one !== null && mayApprove(desk, one, agent)) as Agent[];
  if (approvers.length === 0) {
    throw new DeskError(
      "no_approver",
      `none of ${policy.approvers.join(", ")} may approve for ${agent.personId}`,
    );
  }
  const until = new Date(desk.clock.now().getTime() + policy.expiresAfterHours * 60 * 60_000);
  return { approvers, until, because };
}

/** Whether this person may approve what the other asks for: entitled to buy it, and not the same person. */
export function mayApprove(
  desk: Desk,
  person: Agent,
  requester: { personId: string; email: string | null },
): boolean {
  return isEntitled(desk, person, "buy") && !isSamePerson(person, requester);
}

/** One person may have two accounts in Slack: who signs in to Partner Center as the same partner user is the same. */
export function isSamePerson(
  one: { personId: string; email: string | null },
  other: { personId: string; email: string | null },
): boolean {
  return (
    one.personId === other.personId ||
    (one.email !== null && one.email.toLowerCase() === other.email?.toLowerCase())
  );
}

/** Who this is; null for somebody whom Slack does not know. While Slack is away, what is stored counts. */
export async function meet(
  desk: Desk,
  person: { workspaceId: string; slackUserId: string },
): Promise<Agent | null> {
  try {
    return await recognise(desk, person);
  } catch (error) {
    if (!(error instanceof ChatFailure)) throw error;
    if (error.kind === "gone" || error.kind === "refused") return null;
    return readAgent(desk, person).catch(() => {
      throw error;
    });
  }
}
