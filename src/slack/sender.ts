/** The workspace by which we know whoever sent this: their team or, where the app is installed for all of it, the organisation. */
export function workspaceOf(body: {
  team_id?: string;
  enterprise_id?: string;
  is_enterprise_install?: boolean | string | undefined;
  authorizations?: { enterprise_id: string | null; is_enterprise_install?: boolean }[];
}): string {
  const [authorization] = body.authorizations ?? [];
  const whole = authorization?.is_enterprise_install ?? String(body.is_enterprise_install) === "true";
  const organisation = authorization?.enterprise_id ?? body.enterprise_id;
  return (whole ? organisation : body.team_id) ?? "";
}
