import type { FastifyInstance } from "fastify";
import { CLIENT_ID, PARTNER_TENANT_ID } from "./seed.ts";
import { serve } from "./service.ts";
import type { LoggedRequest, State } from "./state.ts";
import { partnerCenter } from "./tokens.ts";
import { collection, seekPage } from "./wire.ts";

type UserRequest = LoggedRequest & { user: NonNullable<LoggedRequest["user"]> };

/**
 * The calls that users made lately, and how many of them had signed in with MFA (pages get-api-request-details, mfa-
 * resources).
 */
export function servePartnerRequests(app: FastifyInstance, state: State): void {
  const admit = partnerCenter(state, { userOnly: true });
  const byUsers = () => state.requests.filter((request): request is UserRequest => request.user !== null);
  serve(app, state, {
    method: "GET",
    path: "/v1/partnerRequests",
    admit,
    handle: (call) => ({
      status: 200,
      body: seekPage(call, byUsers().map(requestBody).reverse(), state.settings.largestPage),
    }),
  });
  serve(app, state, {
    method: "GET",
    path: "/v1/applicationmfaadoptionstatus",
    admit,
    handle: () => {
      const days = Map.groupBy(byUsers(), ({ at }) => at.slice(0, 10));
      const adoption = [...days].map(([day, requests]) => ({
        loginDate: `${day}T00:00:00Z`,
        mfaCompliantRequestCount: requests.filter(({ user }) => user.mfaCompliant).length,
        totalRequestCount: requests.length,
        applicationId: CLIENT_ID,
        applicationName: "CSP Desk",
        attributes: { objectType: "ApiRequestSummaryByApplication" },
      }));
      return { status: 200, body: collection(adoption, "/applicationmfaadoptionstatus") };
    },
  });
}

function requestBody({ requestId, correlationId, method, path, at, user }: UserRequest) {
  return {
    requestId,
    correlationId,
    operationName: `${method} ${path.split("?")[0]}`,
    requestDateTime: at,
    ipAddress: "127.0.0.1",
    objectId: user.id,
    tenantId: PARTNER_TENANT_ID,
    upn: user.userPrincipalName,
    applicationId: CLIENT_ID,
    mfaCompliant: user.mfaCompliant,
    attributes: { objectType: "PartnerRequest" },
  };
}
