import type { Agent } from "#src/access/agent.ts";
import { type CompletedAttempt, completeAttempt } from "#src/connections/complete.ts";
import { openAttempt } from "#src/connections/open.ts";
import { startConnection } from "#src/connections/start.ts";
import type { Desk } from "#src/desk/context.ts";
import { browserOf } from "../ground/browser-of.ts";

/** The link of a new sign-in, as it stands in the address. */
export async function linkFor(desk: Desk, agent: Agent): Promise<string> {
  return new URL(await startConnection(desk, agent)).searchParams.get("attempt") ?? "";
}

/** A browser that opened this link: its cookie, and what it comes back with from the sign-in page. */
export async function openAs(
  desk: Desk,
  link: string,
  as: { user: string; mfa?: boolean; accept?: boolean },
): Promise<{ cookie: string; query: URLSearchParams }> {
  const opened = await openAttempt(desk, { link });
  if (opened.kind === "over") throw new Error("the link is over");
  const back = await browserOf().signIn(opened.url, as);
  return { cookie: opened.cookie, query: back.searchParams };
}

/** From the link to its end, as the agent or as somebody else. */
export async function signIn(
  desk: Desk,
  agent: Agent,
  as: { user?: string; mfa?: boolean; accept?: boolean } = {},
): Promise<CompletedAttempt> {
  const link = await linkFor(desk, agent);
  return completeAttempt(desk, await openAs(desk, link, { user: agent.email ?? "", ...as }));
}
