import axe, { type AxeResults } from "axe-core";
import type { Browser, Locator, Page } from "playwright-core";
import { expect } from "vitest";
import { createTexts, type TextKey, type Values } from "#src/slack/locales/texts.ts";
import { type Hand, keyboard, mouse } from "./hands.ts";

/** Who comes to the page, and how they operate it. */
export interface Traveller {
  persona: string;
  locale: "en-US" | "es-ES";
  by: "mouse" | "keyboard";
}

/** The page before one person, in the app's own words in their language. */
export interface OpenPage {
  page: Page;
  hand: Hand;
  /** A text of the app as it is read: without markup. */
  say(key: TextKey, values?: Values): string;
  /** From wherever the person is to the direct messages of the app. */
  toMessages(): Promise<void>;
  /** Waits for the window with this title to say this. */
  window(title: TextKey, says: string | RegExp): Promise<Locator>;
  /** The field with this label. */
  field(label: TextKey): Locator;
  /** The button of the open window with this text. */
  button(text: TextKey): Locator;
  /** The newest message that says all of this. */
  message(...says: (string | RegExp)[]): Locator;
  /** Lets requests to this address pass, as the person asks for it. */
  allow(url: string): void;
  /** Fails on serious and critical findings of axe-core on the page as it is now, in each of these colours. */
  accessible(...colours: ("light" | "dark")[]): Promise<void>;
  /** Fails when the console said an error, a script threw, or the page asked anything of another origin. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** Long enough for the first look after a cancellation on a busy machine. */
const patienceMs = 60_000;

function literally(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

/** A label as it is shown, also where its field may be left empty. */
function exactly(label: string): RegExp {
  return new RegExp(`^${literally(label)}(\\s*\\((optional|opcional)\\))?$`);
}

/** A button's name: its text alone, or what tells it apart after it. */
export function beginning(text: string): RegExp {
  return new RegExp(`^${literally(text)}(:.*)?$`);
}

/** Opens the workspace at `url` in the channel where the team works. */
export async function openPage(browser: Browser, url: string, traveller: Traveller): Promise<OpenPage> {
  const allowed = new Set<string>();
  const problems: string[] = [];
  const context = await browser.newContext({
    viewport: { width: 1280, height: 860 },
    colorScheme: "light",
    reducedMotion: "reduce",
    locale: traveller.locale,
  });
  context.setDefaultTimeout(patienceMs);
  context.on("console", (message) => {
    if (message.type() === "error") problems.push(`${message.text()} ${message.location().url}`);
  });
  context.on("weberror", (error) => problems.push(String(error.error())));
  context.on("request", (request) => {
    const asked = request.url();
    if (asked.startsWith(`${url}/`) || asked.startsWith("data:") || allowed.has(asked)) return;
    problems.push(`a request to ${new URL(asked).origin}`);
  });
  await context.addInitScript(axe.source);
  const page = await context.newPage();
  await page.goto(`${url}/#${traveller.persona}/C0CSP`);
  await page.getByRole("heading", { level: 1 }).waitFor();

  const texts = createTexts(traveller.locale, "UTC");
  const say = (key: TextKey, values?: Values) => texts.plain(key, values).replaceAll(/:[a-z_]+: ?|[*`]/g, "");
  const hand = traveller.by === "mouse" ? mouse(page) : keyboard(page);
  return {
    page,
    hand,
    say,
    async toMessages() {
      await hand.press(page.getByRole("navigation").getByRole("button", { name: /^CSP Desk App\b/ }));
      await page.getByRole("heading", { level: 1, name: "CSP Desk" }).waitFor();
    },
    async window(title, says) {
      const dialog = page.getByRole("dialog", { name: say(title), exact: true });
      await dialog.getByText(says).first().waitFor();
      return dialog;
    },
    field: (label) => page.getByRole("dialog").getByLabel(exactly(say(label))),
    button: (text) => page.getByRole("dialog").getByRole("button", { name: beginning(say(text)) }),
    message: (...says) =>
      says.reduce<Locator>((found, hasText) => found.filter({ hasText }), page.locator("[data-ts]")).last(),
    allow: (address) => allowed.add(address),
    async accessible(...colours) {
      // What is on the page does not change with its colours, nor with the way somebody moves through it.
      for (const [index, colorScheme] of colours.slice(0, traveller.by === "mouse" ? 2 : 1).entries()) {
        await page.emulateMedia({ colorScheme });
        const { violations } = await page.evaluate<AxeResults, string[] | null>(
          (runOnly) =>
            (globalThis as unknown as { axe: { run(options: object): Promise<AxeResults> } }).axe.run({
              resultTypes: ["violations"],
              ...(runOnly ? { runOnly } : {}),
            }),
          index === 0 ? null : ["color-contrast"],
        );
        const bad = violations
          .filter(({ impact }) => impact === "serious" || impact === "critical")
          .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`);
        expect(bad, `in ${colorScheme}`).toEqual([]);
      }
      await page.emulateMedia({ colorScheme: "light" });
    },
    async [Symbol.asyncDispose]() {
      await context.close();
      if (problems.length > 0) throw new Error(`The page complained: ${problems.join("; ")}`);
    },
  };
}
