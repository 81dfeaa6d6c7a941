import { randomUUID } from "node:crypto";
import type { Agent } from "#src/access/agent.ts";
import { Secret } from "#src/config/secret.ts";
import type { Desk } from "#src/desk/context.ts";
import { type DepositInput, depositSecrets } from "#src/fulfilment/deposit.ts";
import type { HandOver } from "#src/fulfilment/port.ts";
import { createPortalFulfilment } from "#src/fulfilment/portal-adapter.ts";
import { type RevealInput, revealKey } from "#src/fulfilment/reveal.ts";
import { seededLine } from "../requests/acts.ts";

export const line = seededLine("recentPerpetual");
export const choice = {
  version: "SQL Server 2022",
  language: "en-US",
  fileType: "ISO (Windows, 64-bit)",
};
export const key = "FAKE0-DEMO0-7K2QX-9W4RT-PLM3Z";
export const link = "https://downloads.contoso.example/9fJ2kQ7vXw4LpTz8";

/** The same desk, with keys and links fetched by hand. */
export function byHand(desk: Desk): Desk {
  return { ...desk, fulfilment: createPortalFulfilment({ portalUrl: "https://portal.example" }) };
}

export function reveal(desk: Desk, agent: Agent, change: Partial<RevealInput> = {}) {
  return revealKey(desk, agent, {
    ...line,
    formToken: randomUUID(),
    choice,
    reason: "A new server",
    ...change,
  });
}

export function deposit(
  desk: Desk,
  agent: Agent,
  change: Partial<Omit<DepositInput, "key" | "downloadLink">> & {
    key?: string | null;
    link?: string | null;
  } = {},
) {
  const { key: typedKey = key, link: typedLink = link, ...rest } = change;
  return depositSecrets(desk, agent, {
    ...line,
    formToken: randomUUID(),
    choice,
    key: typedKey === null ? null : new Secret(typedKey),
    downloadLink: typedLink === null ? null : new Secret(typedLink),
    ...rest,
  });
}

export function given(handOver: HandOver): { key: string | null; link: string | null } {
  if (handOver.kind !== "secrets") throw new Error(`no secrets but ${handOver.kind}`);
  return { key: handOver.key?.reveal() ?? null, link: handOver.downloadLink?.reveal() ?? null };
}
