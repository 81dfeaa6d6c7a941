import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe } from "vitest";
import { findChromium, launchChromium } from "#sandbox/chromium.ts";
import type { SlackStandInOptions } from "#sandbox/slack/start.ts";
import { serveWeb, type WebOptions } from "#sandbox/web/serve.ts";
import { type Desk, openDesk } from "../slack/desk.ts";
import { type Heard, install, manifest } from "./bot.ts";

/** Tests in one browser. Left out, saying so, on a machine without Chromium; with TEST_REQUIRE_ALL=1 that fails. */
export function describeInBrowser(title: string, tests: (browser: () => Browser) => void): void {
  const leftOut = findChromium() === undefined && process.env.TEST_REQUIRE_ALL !== "1";
  if (leftOut) {
    process.stdout.write(`Left out: ${title}. There is no Chromium in /usr/bin or on the PATH.\n`);
  }
  describe.skipIf(leftOut)(title, () => {
    let browser: Browser | undefined;
    beforeAll(async () => {
      browser = await launchChromium();
    });
    afterAll(async () => {
      await browser?.close();
    });
    tests(() => {
      if (!browser) throw new Error("The browser did not start");
      return browser;
    });
  });
}

export interface Visit {
  page: Page;
  desk: Desk;
  heard: Heard;
  /** Opens the page once more, as another tab would be. */
  another(hash: string): Promise<Page>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface VisitOptions {
  /** `person/place`. */
  hash?: string;
  slack?: SlackStandInOptions;
  web?: Partial<WebOptions>;
  dark?: boolean;
  width?: number;
  /** What the console may say. Anything else it complains of fails the test, and so does a request to elsewhere. */
  tolerate?: RegExp;
}

/** A workspace with the bot in it, and a person before the page. */
export async function visit(browser: Browser, options: VisitOptions = {}): Promise<Visit> {
  let heard: Heard | undefined;
  const desk: Desk = await openDesk(
    (app) => {
      heard = install(app);
    },
    { manifest, serve: serveWeb({ standIn: () => desk.slack, manifest, ...options.web }), ...options.slack },
  );
  if (!heard) throw new Error("The bot was not installed");
  const problems: string[] = [];
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1280, height: 860 },
    colorScheme: options.dark ? "dark" : "light",
    reducedMotion: "reduce",
    locale: "en-US",
  });
  context.setDefaultTimeout(60_000);
  context.on("console", (message) => {
    const said = `${message.text()} ${message.location().url}`;
    if (message.type() === "error" && !options.tolerate?.test(said)) problems.push(said);
  });
  context.on("weberror", (error) => problems.push(String(error.error())));
  context.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(`${desk.slack.url}/`) && !url.startsWith("data:"))
      problems.push(`a request to ${url}`);
  });
  const another = async (hash: string): Promise<Page> => {
    const page = await context.newPage();
    await page.goto(`${desk.slack.url}/#${hash}`);
    await page.getByRole("heading", { level: 1 }).waitFor();
    return page;
  };
  return {
    page: await another(options.hash ?? "admin.agent/C0CSP"),
    desk,
    heard,
    another,
    async [Symbol.asyncDispose]() {
      await context.close();
      await desk[Symbol.asyncDispose]();
      if (problems.length > 0) throw new Error(`The page complained: ${problems.join("; ")}`);
    },
  };
}

/** Where one writes. */
export const composer = (page: Page) => page.getByRole("textbox", { name: /^(Message|Escribe a) / });

/** Types a command and sends it. */
export async function run(page: Page, command: string): Promise<void> {
  await composer(page).fill(`${command} `);
  await composer(page).press("Enter");
}
