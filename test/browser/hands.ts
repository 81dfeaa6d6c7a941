import type { Locator, Page } from "playwright-core";

/** One way to operate the page. Every act waits for what it acts on and, where the page answers it, for the answer. */
export interface Hand {
  /** Completes a slash command from the list that the composer offers, and sends it. */
  command(name: string): Promise<void>;
  /** Presses a button or follows a link. */
  press(target: Locator): Promise<void>;
  /** Chooses the option whose first line is `text`; for a select that asks the app, after typing `query`. */
  pick(select: Locator, text: string | RegExp, query?: string): Promise<void>;
  /** Replaces what a field holds. */
  write(field: Locator, text: string): Promise<void>;
}

/** By mouse, with the keyboard for typing text alone. */
export function mouse(page: Page): Hand {
  return {
    async command(name) {
      await composer(page).click();
      await page.keyboard.type(name.slice(0, -1));
      await optionOf(page, name).click();
      await page.getByRole("button", { name: /^(Send|Enviar)$/ }).click();
    },
    press: (target) => target.click(),
    async pick(select, text, query) {
      await select.click();
      await ask(page, query);
      await optionOf(page, text).click();
    },
    async write(field, text) {
      await field.click({ clickCount: 3 });
      await page.keyboard.type(text);
    },
  };
}

/** By keyboard alone: nothing gets the focus that Tab does not reach. */
export function keyboard(page: Page): Hand {
  return {
    async command(name) {
      await reach(page, composer(page));
      await page.keyboard.type(name.slice(0, -1));
      await choose(page, optionOf(page, name));
      await page.keyboard.press("Enter");
    },
    async press(target) {
      await reach(page, target);
      await page.keyboard.press("Enter");
    },
    async pick(select, text, query) {
      await reach(page, select);
      if (query === undefined) await page.keyboard.press("ArrowDown");
      await ask(page, query);
      await choose(page, optionOf(page, text));
    },
    async write(field, text) {
      await reach(page, field);
      await page.keyboard.press("ControlOrMeta+a");
      await page.keyboard.type(text);
    },
  };
}

/** More stops than any page of the sandbox has. */
const mostStops = 150;

const composer = (page: Page) => page.getByRole("textbox", { name: /^(Message|Escribe a) / });

const optionOf = (page: Page, text: string | RegExp) =>
  page.getByRole("option").filter({ has: page.getByText(text, { exact: true }) });

async function holds(target: Locator, state: string): Promise<boolean> {
  return (await target.and(target.page().locator(state)).count()) > 0;
}

async function reach(page: Page, target: Locator): Promise<void> {
  await target.waitFor();
  for (let stops = 0; stops < mostStops; stops += 1) {
    if (await holds(target, ":focus")) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab does not lead to ${target}`);
}

/** Moves to an option of the open list and takes it. */
async function choose(page: Page, option: Locator): Promise<void> {
  await option.waitFor();
  await drawn(page);
  for (let steps = await page.getByRole("option").count(); steps > 0; steps -= 1) {
    if (await holds(option, "[data-active]")) break;
    await page.keyboard.press("ArrowDown");
    await drawn(page);
  }
  await page.keyboard.press("Enter");
}

/** Types into an open select and waits until the app has answered. */
async function ask(page: Page, query: string | undefined): Promise<void> {
  if (query === undefined) return;
  await Promise.all([
    page.waitForResponse(
      (response) =>
        response.url().endsWith("/suggestions") && response.request().postDataJSON().query === query,
    ),
    page.keyboard.type(query),
  ]);
}

/** Resolves when the page has drawn what it knows. */
async function drawn(page: Page): Promise<void> {
  await page.evaluate(
    "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))",
  );
}
