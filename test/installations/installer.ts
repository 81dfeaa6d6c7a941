import type { SlackStandIn } from "#sandbox/slack/start.ts";

/** Somebody's browser on its way through an installation: what it keeps, and the page that it ends on. */
export interface Browser {
  /** Opens an address of the app's; the answer as it comes, with cookies kept and sent. */
  open(address: string, init?: { acceptLanguage?: string }): Promise<Page>;
  cookies: Map<string, string>;
}

export interface Page {
  status: number;
  headers: Headers;
  text: string;
  /** Where it leads on; empty when it does not. */
  location: string;
}

export function browser(): Browser {
  const cookies = new Map<string, string>();
  return {
    cookies,
    async open(address, { acceptLanguage } = {}) {
      const response = await fetch(address, {
        redirect: "manual",
        headers: {
          cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; "),
          ...(acceptLanguage === undefined ? {} : { "accept-language": acceptLanguage }),
        },
      });
      for (const line of response.headers.getSetCookie()) {
        const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        if (/expires=thu, 01 jan 1970/i.test(line)) cookies.delete(name);
        else cookies.set(name, value);
      }
      return {
        status: response.status,
        headers: response.headers,
        text: await response.text(),
        location: response.headers.get("location") ?? "",
      };
    },
  };
}

/** What somebody answers on Slack's consent page. */
export interface Consent {
  /** Id of the workspace or organisation; the first workspace unless told. */
  place?: string;
  /** Key of the person. */
  person?: string;
  answer?: "allow" | "cancel";
}

/** Answers the consent page at this address; where the browser is sent back to. */
export async function consent(authorize: string, { place, person, answer }: Consent = {}): Promise<string> {
  const { origin, pathname, search } = new URL(authorize);
  const form = new URLSearchParams({
    asked: search.slice(1),
    place: place ?? "T0CSPDESK",
    person: person ?? "admin.agent",
    answer: answer ?? "allow",
  });
  const response = await fetch(`${origin}${pathname}`, { method: "POST", body: form, redirect: "manual" });
  await response.body?.cancel();
  return response.headers.get("location") ?? "";
}

/** Goes the whole way in one browser; the page that it ends on. */
export async function install(appUrl: string, by: Consent = {}): Promise<Page> {
  const visitor = browser();
  const begun = await visitor.open(`${appUrl}/slack/install`);
  return visitor.open(await consent(begun.location, by));
}

/** How often this method was called, and ended well. */
export function answered(slack: SlackStandIn, method: string): number {
  return slack.calls.filter((call) => call.method === method && call.ok).length;
}
