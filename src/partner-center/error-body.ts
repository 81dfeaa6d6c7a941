import { z } from "zod";
import { storable } from "../desk/storable.ts";
import { orNull } from "./wire.ts";

const longestDescription = 1024;

const wholeNumber = z.coerce.number().int();

/** The union of the classic error, RFC 7807 problem details and the throttling answer. */
const errorBody = z.object({
  code: orNull(wholeNumber).catch(null),
  description: orNull(z.string()).catch(null),
  detail: orNull(z.string()).catch(null),
  title: orNull(z.string()).catch(null),
  message: orNull(z.string()).catch(null),
});

/** Code and description of an error answer in any of its shapes; 0 and a plain text where the body says nothing. */
export function readErrorBody(status: number, text: string | null): { code: number; description: string } {
  const body = errorBody.safeParse(jsonOf(text ?? "")).data;
  const description = body?.description ?? body?.detail ?? body?.title ?? body?.message;
  return {
    code: body?.code ?? 0,
    description: (description ?? `HTTP ${status} without a description`).slice(0, longestDescription),
  };
}

/** Only so can JSON write what PostgreSQL does not keep. */
const escaped = /\\u(0000|d[89a-f])/i;
const kept = (_name: string, value: unknown) => (typeof value === "string" ? storable(value) : value);

/** The JSON in a body, with its byte order mark removed; undefined for an empty body, null for one that is not JSON. */
export function jsonOf(text: string): unknown {
  const json = text.replace(/^\uFEFF+/, "");
  if (json === "") return undefined;
  try {
    return escaped.test(json) ? JSON.parse(json, kept) : JSON.parse(json);
  } catch {
    return null;
  }
}
