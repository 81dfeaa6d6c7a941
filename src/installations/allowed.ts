import type { Installing } from "./port.ts";

/** Whether this workspace may install the app: it is named itself, or the organisation that it belongs to is. */
export function mayInstall(
  { allowed }: Pick<Installing, "allowed">,
  asked: { workspaceId: string; enterpriseId: string | null },
): boolean {
  return (
    allowed.includes(asked.workspaceId) ||
    (asked.enterpriseId !== null && allowed.includes(asked.enterpriseId))
  );
}
