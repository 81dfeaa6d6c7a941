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

/** The error body of the classic services (reference 2.4): `code` is a number, `data` is empty. */
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

/** The third shape: a throttled call (reference 2.6). */
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
