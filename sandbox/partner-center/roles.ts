import type { FastifyInstance } from "fastify";
import { malformed, refusal } from "./errors.ts";
import { PARTNER_TENANT_ID, seedPartnerUsers, seedRoles } from "./seed.ts";
import { type Call, serve } from "./service.ts";
import type { State } from "./state.ts";
import { partnerCenter } from "./tokens.ts";
import { collection, seekPage } from "./wire.ts";

/** Roles of the partner tenant and who has them (page permissions-overview). */
export function serveRoles(app: FastifyInstance, state: State): void {
  const admit = partnerCenter(state, { userOnly: true });
  serve(app, state, {
    method: "GET",
    path: "/v1/roles",
    admit,
    handle: () => ({
      status: 200,
      body: collection(
        seedRoles.map((role) => ({ ...role, attributes: { objectType: "Role" } })),
        "/roles",
      ),
    }),
  });
  serve(app, state, {
    method: "GET",
    path: "/v1/roles/:roleId/usermembers",
    admit,
    handle: (call) => {
      const role = seedRoles.find(({ id }) => id === call.params.roleId?.toLowerCase());
      if (role === undefined) throw refusal(404, 1000, "The role was not found.");
      if (call.query.get("size") === "0") throw malformed("size is not between 1 and 500.");
      const members = seedPartnerUsers
        .filter(({ roles }) => roles.includes(role.name))
        .map(({ id, displayName, userPrincipalName }) => ({
          id,
          displayName,
          userPrincipalName,
          roleId: role.id,
          accountId: PARTNER_TENANT_ID,
          attributes: { objectType: "UserMember" },
        }))
        .sort(orderOf(call));
      return { status: 200, body: seekPage(call, members, state.settings.largestPage) };
    },
  });
}

interface Member {
  displayName: string;
  userPrincipalName: string;
}

function orderOf(call: Call): (a: Member, b: Member) => number {
  const field = call.query.get("sortField")?.toLowerCase() ?? "displayname";
  if (!["displayname", "userprincipalname"].includes(field))
    throw malformed("The sort field is not supported.");
  const key = field === "displayname" ? "displayName" : "userPrincipalName";
  const sign = call.query.get("sortDirection")?.toLowerCase().startsWith("desc") ? -1 : 1;
  return (a, b) => sign * a[key].localeCompare(b[key], "en");
}
