import type { ActivityEntryRow } from "#src/activity/entries.ts";
import { type Block, context, section } from "../blocks/blocks.ts";
import { listOf } from "../blocks/list.ts";
import type { TextKey, Texts, Value } from "../locales/texts.ts";

/** Who did it: a person where one is known, else an application, else the desk itself. */
export function whoOf(
  texts: Texts,
  entry: {
    slackUserId: string | null;
    name: string | null;
    source: ActivityEntryRow["source"] | "elsewhere";
  },
): Value {
  if (entry.slackUserId !== null) return { mention: entry.slackUserId };
  return entry.name ?? texts.plain("activity.nobody", { source: entry.source });
}

/** One entry of the activity (A3): what, who, for whom, why; below it when, in which role, and whose record it is. */
export function entryBlocks(texts: Texts, entry: ActivityEntryRow): Block[] {
  const { details, roles } = entry;
  const reason = textIn(details, "reason");
  const code = textIn(details, "code");
  return [
    section(
      [
        texts.markup("activity.entry.what", {
          what: actText(texts, entry),
          outcome: entry.outcome,
          outside: entry.outside ? "yes" : "no",
        }),
        texts.markup("activity.entry.who", {
          who: whoOf(texts, {
            slackUserId: entry.slack_user_id,
            name: entry.display_name ?? entry.user_principal_name ?? entry.application_id,
            source: entry.note === "elsewhere" ? "elsewhere" : entry.source,
          }),
          customer: entry.customer_name ?? entry.customer_id ?? "",
          named: entry.customer_id === null && entry.customer_name === null ? "no" : "yes",
          order: entry.order_id ?? "",
          ordered: entry.order_id === null ? "no" : "yes",
        }),
        ...(reason === null ? [] : [texts.markup("activity.entry.reason", { reason })]),
        ...(code === null ? [] : [texts.markup("activity.entry.code", { code })]),
        ...changedRoles(texts, entry),
      ].join("\n"),
    ),
    context([
      texts.markup("activity.entry.source", {
        source: entry.source,
        at: { at: entry.at, show: "minute" },
        roles: roles && roles.length > 0 ? roleNames(texts, roles) : "",
        held: roles && roles.length > 0 ? "yes" : "no",
        number: entry.number,
        note: entry.note ?? "none",
      }),
    ]),
  ];
}

/** What was done, in words; an act that has none is shown by its name. */
function actText(texts: Texts, { act, source }: Pick<ActivityEntryRow, "act" | "source">): string {
  const key = source === "desk" ? "activity.act" : "activity.operation";
  return texts.plain(key, { act: act.replaceAll(".", "_"), name: act });
}

/** The operation of one of Microsoft's records, in words. */
export function operationText(texts: Texts, operation: string): string {
  return actText(texts, { act: operation, source: "partner_center" });
}

function textIn(details: Record<string, unknown> | null, name: string): string | null {
  const value = details?.[name];
  return typeof value === "string" && value !== "" ? value : null;
}

function changedRoles(texts: Texts, { act, details }: ActivityEntryRow): string[] {
  if (act !== "role.changed") return [];
  const names = (value: unknown) => (Array.isArray(value) ? roleNames(texts, value.map(String)) : "") || "–";
  return [
    texts.markup("activity.entry.roles", { before: names(details?.before), after: names(details?.after) }),
  ];
}

const roleKeys = {
  admin_agent: "role.admin_agent",
  sales_agent: "role.sales_agent",
  helpdesk_agent: "role.helpdesk_agent",
  global_admin: "role.global_admin",
  account_admin: "role.account_admin",
  referral_admin: "role.referral_admin",
  marketing_content_admin: "role.marketing_content_admin",
} as const satisfies Record<string, TextKey>;

function roleNames(texts: Texts, roles: string[]): string {
  return listOf(
    texts,
    roles.map((role) => (role in roleKeys ? texts.plain(roleKeys[role as keyof typeof roleKeys]) : role)),
    "all",
  );
}
