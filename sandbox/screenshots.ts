import { mkdir, stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { commands } from "#src/slack/ids.ts";
import { launchChromium } from "./chromium.ts";
import { startPostgres } from "./postgres/start.ts";
import type { SlackStandIn } from "./slack/start.ts";
import { startSandbox } from "./start.ts";

/*
 * `npm run screenshots` writes the pictures of the README to docs/images: it plays a short scene in a sandbox of its own
 * and photographs the page. No picture shows a key or a link. Besides Chromium the machine needs a font with coloured
 * emoji (fonts-noto-color-emoji on Debian), which nothing else here needs.
 */
const folder = fileURLToPath(new URL("../docs/images/", import.meta.url));
const desktop = { width: 1200, height: 800 };
const phone = { width: 400, height: 800 };
const patienceMs = 60_000;

await using running = new AsyncDisposableStack();
const postgres = running.adopt(await startPostgres(), (server) => server.stop());
const { slack } = running.adopt(
  await startSandbox({ databaseUrl: postgres.url, seed: "csp-desk" }),
  (sandbox) => sandbox.stop(),
);
const browser = running.use(await launchChromium());
await mkdir(folder, { recursive: true });
await play(slack, browser);

async function play(slack: SlackStandIn, browser: Browser): Promise<void> {
  const sales = slack.as("sales.agent");
  const agent = await enter(browser, slack.url, "admin.agent/C0CSP", { viewport: desktop });
  await refuseWithoutEmoji(agent);

  await sales.say("Fabrikam has signed for two Windows Server 2025 packs.", { channel: "csp" });
  await checkPrice(agent, "Fabrikam, Inc.", {
    product: "Windows Server 2025 Standard - 16 core license pack",
    term: "Paid once",
    quantity: "2",
  });
  await order(agent);

  await sales.say("Contoso takes four packs of SQL Server Enterprise for a year.", {
    channel: "csp",
  });
  await checkPrice(agent, "Contoso", {
    product: "SQL Server Enterprise 2 core license pack - 1 year",
    term: "1 year, billed yearly",
    quantity: "4",
  });
  await agent.getByText("Total:").waitFor();
  await photograph(agent, "buy");
  await order(agent);

  await agent.getByRole("button", { name: /^CSP Desk App/ }).click();
  const mistaken = agent.locator("[data-ts]", { hasText: "Purchase for Fabrikam" });
  await agent.locator("[data-ts]", { hasText: "Purchase for Contoso" }).getByText("Ordered.").waitFor();
  await mistaken.getByRole("button", { name: "Cancel" }).click();
  await agent.getByText("days left to cancel this order").waitFor();
  await photograph(agent, "cancel");
  await agent.getByRole("button", { name: "Continue" }).click();
  await agent.getByRole("button", { name: "Cancel the order" }).click();
  await agent.getByRole("button", { name: "Done" }).click();
  await agent.getByText(/^\W*Cancelled\./).waitFor();
  await photograph(agent, "workspace");

  const evening = { viewport: desktop, colorScheme: "dark" } as const;
  const night = await enter(browser, slack.url, "admin.agent/messages", evening);
  await night.getByRole("button", { name: "Inspector" }).click();
  await night.getByRole("complementary").getByPlaceholder("Filter").fill("cancel.");
  await night.locator(".exchange-head").first().waitFor();
  await photograph(night, "dark");

  const pocket = await enter(browser, slack.url, "admin.agent/messages", { viewport: phone });
  await pocket.getByText(/^\W*Cancelled\./).waitFor();
  await photograph(pocket, "narrow");

  const agente = await enter(browser, slack.url, "admin.agent.es/C0CSP", { viewport: desktop });
  await run(agente, commands.keys);
  await pick(agente, "Cliente", "Contoso", "contoso");
  const search = agente.getByLabel("Buscar en el software de este cliente");
  await search.fill("3 years");
  await search.press("Enter");
  const found = agente.getByRole("button", { name: /^Obtener clave y descargas/ });
  await found.nth(1).waitFor({ state: "detached" });
  await found.click();
  await pick(agente, "Versión", "Windows Server 2025");
  await pick(agente, "Idioma", "español de España");
  await pick(agente, "Tipo de archivo o sistema operativo", "ISO (64-bit)");
  await agente.getByLabel("Motivo", { exact: true }).fill("Instalación en el cliente");
  await photograph(agente, "keys-es");
}

/** The page as somebody sees it, at `person/place`. */
async function enter(
  browser: Browser,
  url: string,
  hash: string,
  options: BrowserContextOptions,
): Promise<Page> {
  const page = await browser.newPage({ colorScheme: "light", reducedMotion: "reduce", ...options });
  page.setDefaultTimeout(patienceMs);
  await page.goto(`${url}/#${hash}`);
  await page.getByRole("heading", { level: 1 }).waitFor();
  return page;
}

async function run(page: Page, command: string): Promise<void> {
  const composer = page.getByRole("textbox", { name: /^(Message|Escribe a) / });
  await composer.fill(`${command} `);
  await composer.press("Enter");
}

async function pick(page: Page, label: string, option: string, query?: string): Promise<void> {
  const select = page.getByRole("dialog").getByLabel(label, { exact: true });
  await select.click();
  if (query !== undefined) await select.fill(query);
  await page
    .getByRole("option")
    .filter({ has: page.getByText(option, { exact: true }) })
    .click();
}

async function checkPrice(
  page: Page,
  customer: string,
  wanted: { product: string; term: string; quantity: string },
): Promise<void> {
  await run(page, commands.buy);
  await pick(page, "Customer", customer, customer);
  await pick(page, "Product", wanted.product, wanted.product);
  await pick(page, "Term and billing", wanted.term);
  await page.getByLabel("Quantity").fill(wanted.quantity);
  await page.getByRole("button", { name: "Check the price" }).click();
}

async function order(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Place order" }).click();
  await page.getByRole("button", { name: "Done" }).click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
}

/** Throws where emoji would be empty boxes: drawn with the fonts of this machine, a green one has to be green. */
async function refuseWithoutEmoji(page: Page): Promise<void> {
  const coloured = await page.evaluate<boolean>(`(() => {
    const ink = document.createElement("canvas").getContext("2d");
    ink.font = "32px sans-serif";
    ink.fillText("✅", 0, 32);
    const { data } = ink.getImageData(0, 0, 40, 40);
    return data.some((value, at) => at % 4 === 1 && value > data[at - 1] + 40);
  })()`);
  if (!coloured) throw new Error("There is no font with coloured emoji, such as fonts-noto-color-emoji");
}

async function photograph(page: Page, name: string): Promise<void> {
  const path = `${folder}${name}.png`;
  await page.mouse.move(0, 0);
  await page.screenshot({ path, animations: "disabled", scale: "css" });
  const { size } = await stat(path);
  process.stdout.write(`docs/images/${name}.png  ${Math.ceil(size / 1024)} KB\n`);
}
