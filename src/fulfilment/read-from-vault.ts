import type { Selectable } from "kysely";
import { Secret } from "#src/config/secret.ts";
import type { Agent } from "../access/agent.ts";
import type { DepositsRow, LinksRow } from "../db/rows.ts";
import type { Desk } from "../desk/context.ts";
import { DeskError } from "../desk/errors.ts";
import { openSecret } from "../vault/open.ts";
import { lineSubject, type SecretPlace, VaultFailure } from "../vault/vault.ts";
import { findDeposit } from "./find-deposit.ts";
import { issuedLink } from "./link-life.ts";
import type { FulfilmentLine, HandOver, SoftwarePackage } from "./port.ts";

interface Kept {
  handOver: Extract<HandOver, { kind: "secrets" }>;
  deposited: Selectable<LinksRow> | null;
}

/**
 * What a teammate of the same workspace deposited for this very line and package; null where there is nothing that lives,
 * and the portal has to be asked.
 *
 * @throws DeskError vault_unavailable { reference }
 */
export async function readFromVault(
  desk: Desk,
  agent: Agent,
  line: FulfilmentLine,
  choice: SoftwarePackage,
): Promise<Kept | null> {
  // One that is replaced while it is being opened is looked for again.
  for (const last of [false, true]) {
    const deposit = await findDeposit(desk.db, agent, line);
    if (!deposit || !samePackage(deposit, choice)) return null;
    try {
      return await openDeposit(desk, agent, line, deposit);
    } catch (error) {
      if (!(error instanceof VaultFailure)) throw error;
      if (error.kind === "destroyed" && !last) continue;
      desk.log.error({ kind: error.kind, detail: error.message }, "a deposited secret does not open");
      const reference = deposit.key_secret_id ?? deposit.link_id ?? "";
      throw new DeskError("vault_unavailable", error.message, { reference }, { cause: error });
    }
  }
  return null;
}

async function openDeposit(
  desk: Desk,
  agent: Agent,
  line: FulfilmentLine,
  deposit: Selectable<DepositsRow>,
): Promise<Kept | null> {
  const place = (kind: "key" | "link"): SecretPlace => ({
    workspaceId: agent.workspaceId,
    customerId: line.customerId,
    subjectId: lineSubject(line),
    kind,
  });
  const link =
    deposit.link_id === null
      ? null
      : await desk.db
          .selectFrom("links")
          .selectAll()
          .where("id", "=", deposit.link_id)
          .executeTakeFirstOrThrow();
  const life = link && issuedLink(link, desk.clock.now());
  const downloadLink =
    link?.secret_id && life?.dead === null
      ? await openText(desk, { secretId: link.secret_id, place: place("link") })
      : null;
  const key = deposit.key_secret_id
    ? await openText(desk, { secretId: deposit.key_secret_id, place: place("key") })
    : null;
  if (!key && !downloadLink) return null;
  return {
    handOver: {
      kind: "secrets",
      key,
      downloadLink,
      linkExpiresAt: downloadLink ? (life?.expiresAt ?? null) : null,
      downloadsAllowed: downloadLink ? (life?.downloadsAllowed ?? null) : null,
      daysAfterFirstDownload: downloadLink ? (life?.daysAfterFirstDownload ?? null) : null,
      linkReference: null,
    },
    deposited: downloadLink ? link : null,
  };
}

async function openText(desk: Desk, input: Parameters<typeof openSecret>[1]): Promise<Secret> {
  const bytes = await openSecret(desk, input);
  const text = new Secret(bytes.toString("utf8"));
  bytes.fill(0);
  return text;
}

/** In the portal the package is typed: capitals and spaces say nothing. */
function samePackage(deposit: Selectable<DepositsRow>, choice: SoftwarePackage): boolean {
  const plain = (text: string) => text.trim().replaceAll(/\s+/g, " ").toLowerCase();
  return (
    plain(deposit.software_version) === plain(choice.version) &&
    plain(deposit.software_language) === plain(choice.language) &&
    plain(deposit.file_type) === plain(choice.fileType)
  );
}
