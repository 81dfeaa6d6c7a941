import type { RequestRows } from "#src/requests/tables.ts";

type Purchase = RequestRows["purchase"];

const at = new Date("2026-11-23T09:00:00Z");

/** What a purchase that had to be approved knows in this status, with `reason` wherever a person may write. */
export function approvalColumns(
  row: Pick<Purchase, "status" | "lines">,
  reason = "Standard is enough <!channel> <@U0AGENT>",
) {
  const decided = !["quoted", "lapsed", "awaiting_approval", "expired", "withdrawn"].includes(row.status);
  return {
    frozen_hash: row.status === "quoted" ? null : "f".repeat(64),
    offered:
      row.status === "changed"
        ? {
            why: "price" as const,
            cartId: "c",
            lines: row.lines.map((line) => ({ ...line, extendedPrice: "123456789.1234" })),
            currencyCode: "BRL",
            totalPrice: "123456789.1234",
            hash: "e".repeat(64),
          }
        : null,
    approvers: [
      "U0BOSS",
      "U0BOSS2",
      "U0BOSS",
      ...Array.from({ length: 20 }, (_, index) => `U0BOSS1${index}`),
    ],
    approval_due_at: at,
    requester_user: "admin.agent@partner.example",
    requester_slack_id: "U0REQUESTER",
    decided_by: decided ? "per_2" : null,
    decided_by_user: decided ? "boss@partner.example" : null,
    decided_by_slack_id: decided ? "U0BOSS" : null,
    decided_at: decided ? at : null,
    approved_hash: null,
    decline_reason: row.status === "declined" ? reason : null,
    retry_of: null,
    retried_by: null,
    retried_at: null,
  };
}
