import { createHash } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { recordAudit } from "./audit-records.ts";
import { linkRuleAt } from "./editions.ts";
import { Refusal } from "./errors.ts";
import { FULFILMENT_TOKEN, type SeedPackage, seedPartnerUsers } from "./seed.ts";
import { type Answer, type Call, type Caller, serve } from "./service.ts";
import type { DownloadLink, Order, OrderLine, State } from "./state.ts";

const dayMs = 86_400_000;
const applicationId = "fulfilment";
const base = "/_sim/v1/customers/:customerId/software/:orderId/:line";

const packageSchema = z.object({ version: z.string(), language: z.string(), fileType: z.string() });

/**
 * The fulfilment contract (docs/fulfilment-api.yaml): packages, keys, download links of an order line and their uses. It
 * is CSP Desk's own; Microsoft has no such API. An `On-Behalf-Of` header with a user principal name puts that person on
 * the audit record.
 */
export function serveFulfilment(app: FastifyInstance, state: State): void {
  serve(app, state, {
    reword,
    method: "GET",
    path: `${base}/packages`,
    admit,
    handle: (call) => ({ status: 200, body: { items: lineOf(state, call).line.product.packages } }),
  });
  serve(app, state, {
    reword,
    method: "POST",
    path: `${base}/keys`,
    admit,
    handle: (call) => {
      const { order, line } = lineOf(state, call);
      const wanted = packageOf(call, line);
      const key = keyOf(order, line);
      state.issuedKeys.set(`${order.id}:${line.number}`, key);
      audit(state, call, order, line, "software_key", "get_software_key");
      return { status: 200, body: { key, ...wanted } };
    },
  });
  serve(app, state, {
    reword,
    method: "POST",
    path: `${base}/downloads`,
    admit,
    handle: (call) => {
      const { order, line } = lineOf(state, call);
      const issued = issueLink(state, order, line, packageOf(call, line));
      audit(state, call, order, line, "software_download_link", "get_software_download_link");
      const host = call.header("host") ?? "127.0.0.1";
      return { status: 200, body: linkBody(issued, `http://${host}/_sim/download/${issued.token}`) };
    },
  });
  serve(app, state, {
    reword,
    method: "GET",
    path: `${base}/downloads/:downloadId`,
    admit,
    handle: (call) => {
      const { order, line } = lineOf(state, call);
      const issued = [...state.downloads.values()].find(
        (one) =>
          idOf(one) === call.params.downloadId &&
          one.orderId === order.id &&
          one.lineItemNumber === line.number,
      );
      if (issued === undefined) throw refused(404, "link_not_found", "There is no such download link.");
      return { status: 200, body: usesBody(issued) };
    },
  });
  serve(app, state, {
    method: "GET",
    path: "/_sim/download/:token",
    admit: () => ({ applicationId: "anyone", user: null }),
    handle: (call) => {
      const issued = state.downloads.get(call.params.token ?? "");
      if (issued === undefined) throw refused(404, "link_not_found", "There is no such download link.");
      download(state, issued);
      const { version, language, fileType } = issued.package;
      return {
        status: 200,
        body: `Not software: a sandbox stands in for ${version}, ${language}, ${fileType}.\n`,
        headers: {
          "content-type": "text/plain; charset=utf-8",
          "content-disposition": 'attachment; filename="sandbox-download.txt"',
        },
      };
    },
  });
}

function refused(status: number, code: string, description: string): Refusal {
  return new Refusal(status, { code, description });
}

/** Every answer that says no has a code in words and a description, also where the simulator itself said it. */
function reword(answer: Answer): Answer {
  const said = errorBody.safeParse(answer.body).data;
  const code = typeof said?.code === "string" ? said.code : (codes[answer.status] ?? "failed");
  const description = said?.description ?? said?.message ?? "The service has no answer.";
  // The contract has a status of its own for an id that was used before.
  const reused = description.startsWith("This MS-RequestId was used");
  return reused
    ? { ...answer, status: 409, body: { code: "request_id_reused", description } }
    : { ...answer, body: { code, description } };
}

const errorBody = z.object({
  code: z.union([z.string(), z.number()]).optional(),
  description: z.string().optional(),
  message: z.string().optional(),
});

const codes: Readonly<Record<number, string>> = {
  400: "malformed",
  401: "unauthorized",
  429: "too_many_requests",
  503: "unavailable",
};

function admit(call: Omit<Call, "caller">): Caller {
  if (call.header("authorization") !== `Bearer ${FULFILMENT_TOKEN}`) {
    throw refused(401, "unauthorized", "The bearer token is missing or not valid.");
  }
  const person = personOf(call.header("on-behalf-of"));
  const user = seedPartnerUsers.find(({ userPrincipalName }) => userPrincipalName === person) ?? null;
  return { applicationId, user };
}

/** The header holds percent-encoded UTF-8. */
function personOf(header: string | undefined): string | undefined {
  try {
    return header && decodeURI(header).toLowerCase();
  } catch {
    throw refused(400, "malformed", "On-Behalf-Of is not percent-encoded UTF-8.");
  }
}

function lineOf(state: State, call: Call): { order: Order; line: OrderLine } {
  const { customerId = "", orderId = "", line: number } = call.params;
  const order = state.orders.find(customerId.toLowerCase(), orderId);
  const line = order?.lines.find((one) => String(one.number) === number);
  if (order === undefined || line === undefined) {
    throw refused(404, "line_not_found", "There is no such order line.");
  }
  if (state.isCancelled(line)) throw refused(410, "revoked", "The purchase was cancelled.");
  return { order, line };
}

function packageOf(call: Call, { product }: OrderLine): SeedPackage {
  const wanted = call.read(packageSchema);
  const found = product.packages.find(
    ({ version, language, fileType }) =>
      version === wanted.version && language === wanted.language && fileType === wanted.fileType,
  );
  if (found === undefined)
    throw refused(400, "package_not_available", "There is no such package for this line.");
  return found;
}

/** Always the same for one order line, and plainly not a real key. */
function keyOf(order: Order, line: OrderLine): string {
  const digest = createHash("sha256").update(`key:${order.id}:${line.number}`).digest("hex").toUpperCase();
  return `FAKE0-DEMO0-${digest.slice(0, 5)}-${digest.slice(5, 10)}-${digest.slice(10, 15)}`;
}

/** K5: every request issues a link with a whole life of its own. */
function issueLink(state: State, order: Order, line: OrderLine, wanted: SeedPackage): DownloadLink {
  const now = state.now();
  const { daysFromIssue, daysFromFirstDownload, downloads } = linkRuleAt(state.settings.edition, now);
  const issued: DownloadLink = {
    token: state.bytes("download").toString("base64url"),
    customerId: order.customerId,
    orderId: order.id,
    lineItemNumber: line.number,
    package: wanted,
    expiresAt: daysFromIssue === null ? null : new Date(now.getTime() + daysFromIssue * dayMs),
    daysAfterFirstDownload: daysFromFirstDownload,
    downloadsAllowed: downloads,
    downloads: 0,
    firstDownloadAt: null,
  };
  state.downloads.set(issued.token, issued);
  return issued;
}

/** By what the contract knows a link: nobody can download with it. */
function idOf({ token }: DownloadLink): string {
  return createHash("sha256").update(`download:${token}`).digest("hex").slice(0, 24);
}

function usesBody(issued: DownloadLink) {
  return {
    downloads: issued.downloads,
    firstDownloadAt: issued.firstDownloadAt?.toISOString() ?? null,
    expiresAt: issued.expiresAt?.toISOString() ?? null,
  };
}

function linkBody(issued: DownloadLink, url: string) {
  return {
    id: idOf(issued),
    url,
    expiresAt: issued.expiresAt?.toISOString() ?? null,
    daysAfterFirstDownload: issued.daysAfterFirstDownload,
    downloadsAllowed: issued.downloadsAllowed,
    ...issued.package,
  };
}

function download(state: State, issued: DownloadLink): void {
  const { customerId, orderId, lineItemNumber } = issued;
  const line = state.orders.find(customerId, orderId)?.lines[lineItemNumber];
  if (line === undefined || state.isCancelled(line))
    throw refused(410, "revoked", "The purchase was cancelled.");
  if (issued.expiresAt !== null && state.now() >= issued.expiresAt) {
    throw refused(410, "expired", "The download link has expired.");
  }
  if (issued.downloadsAllowed !== null && issued.downloads >= issued.downloadsAllowed) {
    throw refused(410, "exhausted", "The download link was used as often as it may be.");
  }
  issued.downloads += 1;
  issued.firstDownloadAt ??= state.now();
  if (issued.expiresAt === null && issued.daysAfterFirstDownload !== null) {
    issued.expiresAt = new Date(state.now().getTime() + issued.daysAfterFirstDownload * dayMs);
  }
}

function audit(
  state: State,
  call: Call,
  order: Order,
  line: OrderLine,
  resourceType: string,
  operationType: string,
): void {
  const customer = state.customers.get(order.customerId);
  if (customer === undefined) return;
  const data = { OrderId: order.id, ProductId: line.product.id, SkuId: line.sku.id };
  recordAudit(state, {
    caller: call.caller,
    correlationId: call.correlationId,
    customer,
    resourceType,
    operationType,
    resourceNewValue: data,
    customizedData: data,
  });
}
