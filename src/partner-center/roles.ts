import { z } from "zod";
import type { PartnerCenter, PartnerRole, RoleMember } from "./port.ts";
import type { Transport } from "./transport.ts";
import { id, or, word } from "./wire.ts";

const role: z.ZodType<PartnerRole> = z.object({ id, name: z.string(), category: or(word, "") });

const member: z.ZodType<RoleMember> = z.object({
  id,
  displayName: or(z.string(), ""),
  userPrincipalName: or(z.string(), ""),
});

type RoleCalls = Pick<PartnerCenter, "listRoles" | "listRoleMembers">;

/** Roles of the partner tenant and who has them. There is no "roles of this person": list the members and invert. */
export function roleCalls(transport: Transport): RoleCalls {
  return {
    listRoles: (call) => transport.readAll({ operation: "listRoles", path: ["roles"], schema: role }, call),

    listRoleMembers: ({ roleId }, call) =>
      transport.readAll(
        {
          operation: "listRoleMembers",
          path: ["roles", roleId, "usermembers"],
          query: { size: "500" },
          schema: member,
        },
        call,
      ),
  };
}
