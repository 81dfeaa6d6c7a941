/** A browser that keeps cookies, follows no script, and can sign in at the sandbox's page. */
export interface BrowserOf {
  /** Opens the link and gives the address of the sign-in page; null when it is refused. */
  open(link: string): Promise<{ signInUrl: URL | null; page: Page }>;
  /** Signs in there, and gives the address that the browser is sent back to. */
  signIn(signInUrl: URL, as: { user: string; mfa?: boolean; accept?: boolean }): Promise<URL>;
  get(url: URL | string): Promise<Page>;
  /** From the link to the page at the end. */
  connects(link: string, as: { user: string; mfa?: boolean; accept?: boolean }): Promise<Page>;
  readonly cookies: Map<string, string>;
}

interface Page {
  status: number;
  headers: Headers;
  text: string;
}

export function browserOf(language = "en"): BrowserOf {
  const cookies = new Map<string, string>();
  const get = async (url: URL | string): Promise<Page> => {
    const response = await fetch(url, {
      redirect: "manual",
      headers: {
        cookie: [...cookies].map((pair) => pair.join("=")).join("; "),
        "accept-language": language,
      },
    });
    for (const set of response.headers.getSetCookie()) {
      const [name = "", value = ""] = (set.split(";")[0] ?? "").split("=");
      if (/max-age=0/i.test(set)) cookies.delete(name);
      else cookies.set(name, value);
    }
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  const browser: BrowserOf = {
    cookies,
    get,
    async open(link) {
      const page = await get(link);
      const location = page.headers.get("location");
      return { signInUrl: page.status === 302 && location ? new URL(location) : null, page };
    },
    async signIn(signInUrl, { user, mfa = true, accept = true }) {
      const answer = await fetch(new URL(signInUrl.pathname, signInUrl), {
        method: "POST",
        redirect: "manual",
        body: new URLSearchParams({
          asked: signInUrl.searchParams.toString(),
          user,
          ...(mfa ? { mfa: "yes" } : {}),
          accept: accept ? "yes" : "no",
        }),
      });
      return new URL(answer.headers.get("location") ?? "");
    },
    async connects(link, as) {
      const { signInUrl, page } = await browser.open(link);
      return signInUrl ? get(await browser.signIn(signInUrl, as)) : page;
    },
  };
  return browser;
}
