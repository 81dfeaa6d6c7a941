import type { Selectable } from "kysely";
import { Secret } from "#src/config/secret.ts";
import type { Agent } from "../access/agent.ts";
import { authorise } from "../access/authorise.ts";
import { recordActivity } from "../activity/record.ts";
import { type DatabaseTransaction, transact } from "../db/database.ts";
import type { DepositsRow, LinksRow } from "../db/rows.ts";
import type { Desk } from "../desk/context.ts";
import { DeskError } from "../desk/errors.ts";
import { destroySecrets } from "../vault/destroy.ts";
import { sealSecret } from "../vault/seal.ts";
import { lineSubject, type SecretPlace } from "../vault/vault.ts";
import { findDeposit } from "./find-deposit.ts";
import { isKey, isUsualKey } from "./key-shape.ts";
import { isSafeLink } from "./link-shape.ts";
import { insertLink } from "./links.ts";
import { lockLine } from "./lock-line.ts";
import { readFulfilmentLine } from "./packages.ts";
import type { FulfilmentLine, SoftwarePackage } from "./port.ts";

export interface DepositInput {
  formToken: string;
  customerId: string;
  orderId: string;
  lineItemNumber: number;
  choice: SoftwarePackage;
  key: Secret | null;
  downloadLink: Secret | null;
}

/** `unusual_key`: not five groups of five; `key_elsewhere`: the very same key is deposited for another line. */
export type DepositWarning = "unusual_key" | "key_elsewhere";

/**
 * Puts what an agent fetched from the portal into the vault, for teammates of the same workspace. What is deposited replaces
 * what was there of its kind, and everything when it is for another package; what was replaced is destroyed. The same form
 * again does nothing. The warnings refuse nothing: they are for the person to look at once more.
 *
 * @throws DeskError invalid_input { field: key | downloadLink } | key_revoked (C10, C11) | order_not_found |
 *   not_allowed … (K1) | partner_center_*
 */
export async function depositSecrets(
  desk: Desk,
  agent: Agent,
  input: DepositInput,
): Promise<{ warnings: DepositWarning[] }> {
  await authorise(desk, agent, "keys", { customerId: input.customerId });
  const key = input.key && checkKey(input.key);
  const downloadLink = input.downloadLink && checkLink(input.downloadLink);
  if (!key && !downloadLink) throw new DeskError("invalid_input", "a deposit of nothing", { field: "key" });
  const { asked } = await readFulfilmentLine(desk, input);
  return transact(desk.db, async (trx) => {
    await lockLine(trx, asked);
    const sent = await trx
      .selectFrom("deposits")
      .select("form_token")
      .where("workspace_id", "=", agent.workspaceId)
      .where("form_token", "=", input.formToken)
      .executeTakeFirst();
    if (sent) return { warnings: [] };
    await refuseCancelled(trx, asked);
    const before = await endDeposit(trx, desk, agent, asked, { ...input, key, downloadLink });
    const secret = key && (await seal(trx, desk, agent, asked, "key", key));
    const link =
      downloadLink &&
      (await insertLink(trx, desk, agent, {
        line: asked,
        stated: null,
        reference: null,
        secretId: await seal(trx, desk, agent, asked, "link", downloadLink),
        renews: before.link?.id ?? null,
      }));
    const warnings: DepositWarning[] = [
      ...(key && !isUsualKey(key.reveal()) ? (["unusual_key"] as const) : []),
      ...(secret && (await isElsewhere(trx, agent, asked, secret)) ? (["key_elsewhere"] as const) : []),
    ];
    await trx
      .insertInto("deposits")
      .values({
        workspace_id: agent.workspaceId,
        form_token: input.formToken,
        person_id: agent.personId,
        customer_id: asked.customerId,
        order_id: asked.orderId,
        line_item_number: asked.lineItemNumber,
        software_version: input.choice.version,
        software_language: input.choice.language,
        file_type: input.choice.fileType,
        key_secret_id: secret ?? before.keptKey,
        link_id: link?.id ?? before.keptLink,
        deposited_at: desk.clock.now(),
        ended_at: null,
        ended_by: null,
      })
      .execute();
    await record(trx, desk, agent, asked, "deposit.made", {
      key: key !== null,
      link: downloadLink !== null,
      ...input.choice,
      ...(warnings.length > 0 ? { warnings } : {}),
    });
    return { warnings };
  });
}

export interface Deposit {
  /** Slack user id. */
  by: string;
  at: Date;
  /** The last five characters of the key; empty where only a link was deposited. */
  displayKey: string;
  hasLink: boolean;
  /** The package that it is for. */
  choice: SoftwarePackage;
}

/**
 * What is deposited for a line, without the secrets.
 *
 * @throws DeskError not_allowed … (K1)
 */
export async function readDeposit(
  desk: Desk,
  agent: Agent,
  line: { customerId: string; orderId: string; lineItemNumber: number },
): Promise<Deposit | null> {
  await authorise(desk, agent, "keys", { customerId: line.customerId });
  const deposit = await findDeposit(desk.db, agent, line);
  if (!deposit) return null;
  const { by, display } = await desk.db
    .selectFrom("people")
    .leftJoin("secrets", (join) => join.on("secrets.id", "=", deposit.key_secret_id))
    .select(["people.slack_user_id as by", "secrets.display"])
    .where("people.id", "=", deposit.person_id)
    .executeTakeFirstOrThrow();
  return {
    by,
    at: deposit.deposited_at,
    displayKey: display ?? "",
    hasLink: deposit.link_id !== null,
    choice: {
      version: deposit.software_version,
      language: deposit.software_language,
      fileType: deposit.file_type,
    },
  };
}

function checkKey(key: Secret): Secret {
  const text = key.reveal().trim();
  if (!isKey(text))
    throw new DeskError("invalid_input", `a key of ${text.length} characters`, { field: "key" });
  return new Secret(text);
}

function checkLink(link: Secret): Secret {
  const text = link.reveal().trim();
  if (!isSafeLink(text))
    throw new DeskError("invalid_input", `a link of ${text.length} characters`, { field: "downloadLink" });
  return new Secret(text);
}

/** The order may not show it yet, but here it is known that the line was cancelled. */
async function refuseCancelled(trx: DatabaseTransaction, line: FulfilmentLine): Promise<void> {
  const cancelled = await trx
    .selectFrom("cancellations")
    .select("id")
    .where("customer_id", "=", line.customerId)
    .where("order_id", "=", line.orderId)
    .where("line_item_number", "=", line.lineItemNumber)
    .where("status", "=", "visible")
    .executeTakeFirst();
  if (cancelled)
    throw new DeskError("key_revoked", `${lineSubject(line)} is cancelled`, { orderId: line.orderId });
}

async function seal(
  trx: DatabaseTransaction,
  desk: Desk,
  agent: Agent,
  line: FulfilmentLine,
  kind: "key" | "link",
  value: Secret,
): Promise<string> {
  const place: SecretPlace = {
    workspaceId: agent.workspaceId,
    customerId: line.customerId,
    subjectId: lineSubject(line),
    kind,
  };
  const { secretId } = await sealSecret(trx, desk, { place, value });
  return secretId;
}

interface Before {
  link: Selectable<LinksRow> | null;
  keptKey: string | null;
  keptLink: string | null;
}

/** Ends the deposit that stood here, and destroys what the new one replaces of it. */
async function endDeposit(
  trx: DatabaseTransaction,
  desk: Desk,
  agent: Agent,
  line: FulfilmentLine,
  input: Pick<DepositInput, "choice" | "key" | "downloadLink">,
): Promise<Before> {
  const before = await findDeposit(trx, agent, line);
  if (!before) return { link: null, keptKey: null, keptLink: null };
  const same = isFor(before, input.choice);
  const kinds: SecretPlace["kind"][] = [
    ...(!same || input.key ? (["key"] as const) : []),
    ...(!same || input.downloadLink ? (["link"] as const) : []),
  ];
  const now = desk.clock.now();
  await trx
    .updateTable("deposits")
    .set({ ended_at: now, ended_by: "replaced" })
    .where("workspace_id", "=", before.workspace_id)
    .where("form_token", "=", before.form_token)
    .execute();
  const subjectId = lineSubject(line);
  const destroyed = await destroySecrets(trx, desk, { workspaceId: agent.workspaceId, subjectId, kinds });
  await record(trx, desk, agent, line, "deposit.replaced", {
    depositedBy: before.person_id,
    destroyed,
    kinds,
  });
  const link =
    before.link_id === null
      ? null
      : await trx.selectFrom("links").selectAll().where("id", "=", before.link_id).executeTakeFirstOrThrow();
  return {
    link: same ? link : null,
    keptKey: kinds.includes("key") ? null : before.key_secret_id,
    keptLink: kinds.includes("link") ? null : before.link_id,
  };
}

function isFor(deposit: Selectable<DepositsRow>, { version, language, fileType }: SoftwarePackage): boolean {
  return (
    deposit.software_version === version &&
    deposit.software_language === language &&
    deposit.file_type === fileType
  );
}

/** Whether the very same key was deposited for another line of this workspace: pasted into the wrong form, perhaps. */
async function isElsewhere(
  trx: DatabaseTransaction,
  agent: Agent,
  line: FulfilmentLine,
  secretId: string,
): Promise<boolean> {
  const twin = await trx
    .selectFrom("secrets as mine")
    .innerJoin("secrets as other", (join) =>
      join
        .onRef("other.workspace_id", "=", "mine.workspace_id")
        .onRef("other.fingerprint", "=", "mine.fingerprint"),
    )
    .select("other.id")
    .where("mine.id", "=", secretId)
    .where("other.workspace_id", "=", agent.workspaceId)
    .where("other.subject_id", "<>", lineSubject(line))
    .executeTakeFirst();
  return twin !== undefined;
}

function record(
  trx: DatabaseTransaction,
  desk: Desk,
  agent: Agent,
  line: FulfilmentLine,
  act: "deposit.made" | "deposit.replaced",
  details: Record<string, unknown>,
): Promise<void> {
  return recordActivity(trx, {
    workspaceId: agent.workspaceId,
    at: desk.clock.now(),
    actor: agent,
    act,
    outcome: "done",
    request: null,
    customerId: line.customerId,
    details: { orderId: line.orderId, lineItemNumber: line.lineItemNumber, ...details },
    correlationId: null,
  });
}
