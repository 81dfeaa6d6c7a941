/** One HTTP exchange, and nothing that its errors could give away. */

export interface HttpRequest {
  method: "GET" | "POST" | "PATCH";
  url: URL;
  headers: Headers | Record<string, string>;
  body?: string;
}

export interface HttpAnswer {
  status: number;
  headers: Headers;
  /** The body without byte order mark; null when it is larger than we read or not UTF-8. */
  text: string | null;
}

const largestBody = 16 * 1024 * 1024;

/** No complete answer arrived. Carries a reason such as `ECONNREFUSED`, never the error behind it. */
export class NoAnswer extends Error {
  override readonly name = "NoAnswer";
}

/** A signal that fires after `timeoutMs` or together with the caller's own. */
export function deadline(timeoutMs: number, outer: AbortSignal | undefined): AbortSignal {
  const timeout = AbortSignal.timeout(timeoutMs);
  return outer ? AbortSignal.any([timeout, outer]) : timeout;
}

/** Sends once and reads the whole answer before `until` fires; redirects are answers. Throws NoAnswer. */
export async function exchange(request: HttpRequest, until: AbortSignal): Promise<HttpAnswer> {
  try {
    const response = await fetch(request.url, {
      method: request.method,
      headers: request.headers,
      body: request.body ?? null,
      redirect: "manual",
      signal: until,
    });
    return { status: response.status, headers: response.headers, text: await readBody(response) };
  } catch (error) {
    throw new NoAnswer(reasonOf(error, until));
  }
}

/** Settles like `work`, or throws NoAnswer when `until` fires first. */
export function before<T>(until: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const giveUp = () => reject(new NoAnswer(reasonOf(until.reason, until)));
    if (until.aborted) giveUp();
    until.addEventListener("abort", giveUp, { once: true });
    work.then(resolve, reject).finally(() => until.removeEventListener("abort", giveUp));
  });
}

/** Nobody is kept waiting longer than this on another's word alone. */
const longestWaitMs = 15 * 60_000;

/**
 * Milliseconds to wait, at most 15 minutes, from `Retry-After` (seconds or a date) or from a text such as "Try again in 30
 * seconds"; null where neither says.
 */
export function retryAfter(headers: Headers, text: string, now: Date): number | null {
  const asked = askedWait(headers, text, now);
  return asked === null ? null : Math.min(asked, longestWaitMs);
}

function askedWait(headers: Headers, text: string, now: Date): number | null {
  const header = headers.get("retry-after")?.trim() ?? "";
  if (/^\d+$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  if (!Number.isNaN(date)) return Math.max(0, date - now.getTime());
  const seconds = /try again in (\d+) seconds?/i.exec(text)?.[1];
  return seconds === undefined ? null : Number(seconds) * 1000;
}

async function readBody(response: Response): Promise<string | null> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > largestBody) return null;
    chunks.push(chunk);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    return null;
  }
}

function reasonOf(error: unknown, until: AbortSignal): string {
  if (until.aborted) {
    const timedOut = until.reason instanceof DOMException && until.reason.name === "TimeoutError";
    return timedOut ? "timed out" : "given up by the caller";
  }
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  return typeof code === "string" ? code : "connection failed";
}
