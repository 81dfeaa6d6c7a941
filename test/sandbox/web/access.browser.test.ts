import axe, { type AxeResults } from "axe-core";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { composer, describeInBrowser, run, visit } from "./browser.ts";

/** Serious and critical findings on the page as it is now. */
async function findings(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<AxeResults>("axe.run()");
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`);
}

const background = "getComputedStyle(document.documentElement).backgroundColor";
const overhang = "document.documentElement.scrollWidth - innerWidth";

describeInBrowser("For everybody", (browser) => {
  for (const dark of [false, true]) {
    test(`axe finds nothing serious in ${dark ? "dark" : "light"}`, async () => {
      await using there = await visit(browser(), { dark });
      const { page } = there;
      await composer(page).fill("Good morning *all*");
      await composer(page).press("Enter");
      await run(page, "/whisper");
      await page.getByText("Only visible to you").waitFor();
      await composer(page).fill("/");
      await page.getByRole("option").first().waitFor();
      expect(await findings(page)).toEqual([]);

      await run(page, "/message");
      await page.getByRole("button", { name: /Workbench App unread/ }).click();
      await page.getByRole("heading", { name: "Purchase for Contoso" }).waitFor();
      await page.getByRole("button", { name: "Inspector" }).click();
      await page.locator(".exchange-head").first().click();
      expect(await findings(page)).toEqual([]);

      await page.getByRole("button", { name: "Sandbox" }).click();
      await page.getByRole("tab", { name: "Home" }).click();
      await page.getByRole("heading", { name: "Welcome" }).waitFor();
      await page.getByRole("button", { name: /^You are/ }).click();
      expect(await findings(page)).toEqual([]);
      await page.keyboard.press("Escape");

      await page.getByRole("tab", { name: "Messages" }).click();
      await run(page, "/form");
      const form = page.getByRole("dialog");
      await form.getByRole("button", { name: "Place order" }).click();
      await form.getByText("Please complete this required field.").first().waitFor();
      await form.getByRole("combobox", { name: "Markets" }).click();
      await page.getByRole("option", { name: "Spain" }).click();
      expect(await findings(page)).toEqual([]);
      await page.keyboard.press("Escape");
      await form.getByRole("button", { name: "Discard" }).click();
      await page.getByRole("dialog", { name: "Discard it?" }).waitFor();
      expect(await findings(page)).toEqual([]);
    });
  }

  test("the page is as dark as the system, until one says otherwise, and remembers it", async () => {
    await using there = await visit(browser(), { dark: true });
    const { page } = there;
    const dark = await page.evaluate<string>(background);
    const toggle = page.getByRole("button", { name: "Dark mode" });
    await expect.poll(() => toggle.getAttribute("aria-pressed")).toBe("true");
    await toggle.click();
    await expect.poll(() => page.evaluate<string>(background)).not.toBe(dark);
    await page.reload();
    await expect.poll(() => toggle.getAttribute("aria-pressed")).toBe("false");
    await toggle.click();
    await expect.poll(() => page.evaluate<string>(background)).toBe(dark);
  });

  test("at 400 pixels everything fits, and the sidebar is a menu", async () => {
    await using there = await visit(browser(), { width: 400 });
    const { page } = there;
    await expect.poll(() => page.getByRole("navigation").isVisible()).toBe(false);
    await page.getByRole("button", { name: "Menu" }).click();
    await page.getByRole("button", { name: "general" }).click();
    await page.getByRole("heading", { name: "#general", level: 1 }).waitFor();
    await expect.poll(() => page.getByRole("navigation").isVisible()).toBe(false);
    await run(page, "/message");
    await page.getByRole("button", { name: "Menu, something unread" }).click();
    await page.getByRole("button", { name: /Workbench App unread/ }).click();
    await page.getByRole("heading", { name: "Purchase for Contoso" }).waitFor();
    expect(await page.evaluate(overhang)).toBe(0);
    expect(await findings(page)).toEqual([]);
    await run(page, "/form");
    const submit = page.getByRole("button", { name: "Place order" });
    await submit.waitFor();
    const box = await submit.boundingBox();
    expect(box && box.x >= 0 && box.x + box.width <= 400).toBe(true);
    expect(await page.evaluate(overhang)).toBe(0);
    expect(await findings(page)).toEqual([]);
  });
});
