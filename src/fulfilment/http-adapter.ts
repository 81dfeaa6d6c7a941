import { z } from "zod";
import { Secret } from "#src/config/secret.ts";
import type { Clock } from "#src/desk/clock.ts";
import { classify, type Outcome } from "#src/partner-center/classify.ts";
import { jsonOf, readErrorBody } from "#src/partner-center/error-body.ts";
import { deadline, exchange, type HttpAnswer, NoAnswer, retryAfter } from "#src/partner-center/exchange.ts";
import { newGuid } from "#src/partner-center/guid.ts";
import type { WriteCall } from "#src/partner-center/port.ts";
import { instantOrNull, list, number, orNull } from "#src/partner-center/wire.ts";
import { isSafeLink } from "./link-shape.ts";
import {
  type Asker,
  FulfilmentFailure,
  type FulfilmentProvider,
  type LineIds,
  type SoftwarePackage,
} from "./port.ts";

export interface HttpFulfilmentOptions {
  /** Base of the fulfilment service; its paths start with /v1. */
  baseUrl: string;
  token: Secret;
  /** For one request with its answer. Default: 20 seconds. */
  timeoutMs?: number;
  clock: Clock;
}

/** What the agent chooses from: as long as a Slack option may be. */
const shortText = z.string().min(1).max(150);
const softwarePackage: z.ZodType<SoftwarePackage> = z.object({
  version: shortText,
  language: shortText,
  fileType: shortText,
});
const packages = z.object({ items: list(softwarePackage) });
const issuedKey = z.object({ key: orNull(z.string().min(1)) });
const issuedLink = z.object({
  url: orNull(z.string().refine(isSafeLink)),
  id: orNull(z.string().min(1).max(200)),
  expiresAt: instantOrNull,
  daysAfterFirstDownload: orNull(number),
  downloadsAllowed: orNull(number),
});
const linkUses = z.object({
  downloads: number.refine((count) => Number.isInteger(count) && count >= 0),
  firstDownloadAt: instantOrNull,
  expiresAt: instantOrNull,
});

const dateOrNull = (instant: string | null) => (instant === null ? null : new Date(instant));

interface Request<T extends z.ZodType> {
  operation: string;
  line: LineIds;
  resource: ["packages" | "keys" | "downloads"] | ["downloads", reference: string];
  body?: SoftwarePackage;
  schema: T;
}

/** Fulfilment from a service that speaks the contract of CSP Desk (ours, not Microsoft's): packages, keys, downloads of an order line. */
export function createHttpFulfilment(options: HttpFulfilmentOptions): FulfilmentProvider {
  const root = options.baseUrl.replace(/\/+$/, "");

  async function send<T extends z.ZodType>(
    request: Request<T>,
    call: WriteCall & Asker,
  ): Promise<z.output<T>> {
    const { operation, line, resource, body, schema } = request;
    const fail = (outcome: Outcome, description: string, retryAfterMs: number | null = null) =>
      new FulfilmentFailure({
        kind: outcome.type === "answer" && outcome.status === 410 ? "revoked" : classify(outcome),
        status: "status" in outcome ? outcome.status : 0,
        description,
        operation,
        requestId: call.requestId,
        retryAfterMs,
      });

    const path = [
      "customers",
      line.customerId,
      "software",
      line.orderId,
      String(line.lineItemNumber),
      ...resource,
    ];
    let answer: HttpAnswer;
    try {
      answer = await exchange(
        {
          method: body ? "POST" : "GET",
          url: new URL(`${root}/v1/${path.map((part) => encodeURIComponent(part)).join("/")}`),
          headers: {
            Authorization: `Bearer ${options.token.reveal()}`,
            Accept: "application/json",
            "MS-RequestId": call.requestId,
            "MS-CorrelationId": call.correlationId,
            // A header holds ASCII alone.
            ...(call.onBehalfOf ? { "On-Behalf-Of": encodeURI(call.onBehalfOf) } : {}),
            ...(body ? { "Content-Type": "application/json" } : {}),
          },
          ...(body ? { body: JSON.stringify(body) } : {}),
        },
        deadline(options.timeoutMs ?? 20_000, call.signal),
      );
    } catch (error) {
      throw fail({ type: "no_answer" }, error instanceof NoAnswer ? error.message : "not sent");
    }

    const { status, headers, text } = answer;
    if (status < 200 || status > 299) {
      const { code, description } = readErrorBody(status, text);
      throw fail(
        { type: "answer", status, code },
        description,
        retryAfter(headers, description, options.clock.now()),
      );
    }
    const parsed = schema.safeParse(text === null ? null : jsonOf(text));
    if (!parsed.success) throw fail({ type: "unreadable", status }, "not the JSON of the contract");
    return parsed.data;
  }

  return {
    kind: "http",

    async listPackages(line, asker) {
      const answer = await send(
        { operation: "listPackages", line, resource: ["packages"], schema: packages },
        readCall(asker),
      );
      return answer.items;
    },

    async handOver(line, { version, language, fileType }, call) {
      const body = { version, language, fileType };
      const { key } = await send(
        { operation: "getKey", line, resource: ["keys"], body, schema: issuedKey },
        call,
      );
      const link = await send(
        { operation: "getDownload", line, resource: ["downloads"], body, schema: issuedLink },
        call,
      );
      return {
        kind: "secrets",
        key: key === null ? null : new Secret(key),
        downloadLink: link.url === null ? null : new Secret(link.url),
        linkExpiresAt: dateOrNull(link.expiresAt),
        downloadsAllowed: link.downloadsAllowed,
        daysAfterFirstDownload: link.daysAfterFirstDownload,
        linkReference: link.id,
      };
    },

    async readUses(line, linkReference) {
      const uses = await send(
        { operation: "getUses", line, resource: ["downloads", linkReference], schema: linkUses },
        readCall({ onBehalfOf: null }),
      );
      return {
        downloads: uses.downloads,
        firstDownloadAt: dateOrNull(uses.firstDownloadAt),
        expiresAt: dateOrNull(uses.expiresAt),
      };
    },
  };
}

function readCall(asker: Asker): WriteCall & Asker {
  return { requestId: newGuid(), correlationId: newGuid(), ...asker };
}
