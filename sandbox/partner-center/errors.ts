/** An answer that says no, thrown by whoever notices it first. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly status: number;
  readonly body: unknown;
  readonly headers: Record<string, string>;

  constructor(status: number, body: unknown, headers: Record<string, string> = {}) {
    super(`refused with ${status}`);
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

/** The error body of the classic services (page error-codes): `code` is a number, `data` is empty. */
export function refusal(status: number, code: number, description: string, source = "PartnerFD"): Refusal {
  return new Refusal(status, { code, description, data: [], source });
}

/** A refusal of the request's own form, before any rule of commerce is asked. */
export function malformed(description: string, code = 3000): Refusal {
  return refusal(400, code, description, "PartnerApiServiceControllers");
}

/** Problem details, the error body of the services behind the newer gateway (service requests). */
export function problem(status: number, title: string, detail: string, instance: string): Refusal {
  const body = { type: `https://httpstatuses.io/${status}`, title, status, detail, instance };
  return new Refusal(status, body, { "content-type": "application/problem+json; charset=utf-8" });
}

/** The third shape: a throttled call (page api-throttling-guidance). */
export function throttled(retryAfterSeconds: number): Refusal {
  return new Refusal(
    429,
    {
      statusCode: 429,
      message: `Rate limit is exceeded. Try again in ${retryAfterSeconds} seconds.`,
    },
    { "retry-after": String(retryAfterSeconds) },
  );
}

/** A refusal of an access token, with the challenge that Partner Center sends along. */
export function unauthorised(code: number, description: string, correlationId: string): Refusal {
  const body = { code, description, data: [], source: "PartnerApiServiceControllers" };
  return new Refusal(401, body, { "www-authenticate": `OAuth realm=urn:cpsvc:cpid:${correlationId}` });
}

/** The error body of Entra's token endpoints, with an AADSTS code. */
export function entraError(
  input: { status: number; error: string; code: number; text: string },
  at: { now: Date; traceId: string; correlationId: string },
): Refusal {
  const { status, error, code, text } = input;
  const timestamp = at.now.toISOString().replace("T", " ").replace(/\..*/, "Z");
  return new Refusal(status, {
    error,
    error_description: `AADSTS${code}: ${text} Trace ID: ${at.traceId} Correlation ID: ${at.correlationId} Timestamp: ${timestamp}`,
    error_codes: [code],
    timestamp,
    trace_id: at.traceId,
    correlation_id: at.correlationId,
  });
}
