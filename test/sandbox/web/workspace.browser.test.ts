import { expect, test } from "vitest";
import { composer, describeInBrowser, run, visit } from "./browser.ts";

describeInBrowser("The workspace", (browser) => {
  test("a message shows every block, and nothing in it is markup", async () => {
    await using there = await visit(browser());
    const { page } = there;
    await run(page, "/message");
    const dm = page.getByRole("button", { name: /Workbench App unread/ });
    await dm.click();
    const message = page.getByRole("article", { name: "Workbench" });
    await message.getByRole("heading", { name: "Purchase for Contoso" }).waitFor();
    for (const [tag, text] of Object.entries({
      strong: "bold",
      em: "italic",
      s: "struck",
      code: "code",
      pre: "pre  formatted",
      blockquote: "quoted",
      li: "first",
    })) {
      expect(await message.locator(tag, { hasText: text }).count(), tag).toBeGreaterThan(0);
    }
    const link = message.getByRole("link", { name: "the order" });
    await expect.poll(() => link.getAttribute("href")).toBe("https://partner.example/orders");
    await expect.poll(() => link.getAttribute("rel")).toContain("noopener");
    await expect.poll(() => message.getByRole("link").count()).toBe(1);
    await expect.poll(() => message.textContent()).toContain("<b>");
    await expect.poll(() => message.locator("time", { hasText: "Jan 15, 2026 7:00 AM" }).count()).toBe(1);
    await expect.poll(() => message.getByRole("img", { name: "A box of software" }).count()).toBe(1);
    await expect.poll(() => message.textContent()).toContain("Asked for by @Admin agent in #csp");
    await expect.poll(() => page.getByRole("button", { name: /unread/ }).count()).toBe(0);

    await message.getByRole("combobox", { name: "Pick an edition" }).click();
    await page.getByRole("option", { name: "Datacenter" }).click();
    await expect.poll(() => there.heard.actions).toContainEqual({ id: "pick", value: "datacenter" });
    await message.getByRole("button", { name: "Approve" }).click();
    await message.getByText("Approved").waitFor();
    await message.getByText("(edited)").waitFor();
    expect(there.heard.actions.at(-1)).toEqual({ id: "approve", value: "42" });
  });

  test("a button of a message that nobody answers says so", async () => {
    await using there = await visit(browser(), {
      slack: { ackDeadlineMs: 2_000 },
      hash: "admin.agent/messages",
    });
    const { page } = there;
    await run(page, "/message");
    await page.getByRole("button", { name: "Dead" }).click();
    await page.getByRole("alert").getByText("The app did not answer. Try again.").waitFor();
  });

  test("two tabs are two people, and each sees at once what the other says", async () => {
    await using there = await visit(browser());
    const other = await there.another("admin.agent.2/C0CSP");
    await composer(there.page).fill("Anybody there?");
    await composer(there.page).press("Enter");
    await other.getByRole("article", { name: "Admin agent" }).getByText("Anybody there?").waitFor();
    await composer(other).fill("Yes, <@U0ADMINAGENT>");
    await composer(other).press("Enter");
    await there.page.getByRole("article", { name: "Admin agent 2" }).getByText("@Admin agent").waitFor();
    await there.page.getByRole("status").getByText("Admin agent 2: Yes,").waitFor({ state: "attached" });
  });

  test("one becomes somebody else: their channels, language and zone", async () => {
    await using there = await visit(browser());
    const { page } = there;
    await run(page, "/message");
    await page.getByRole("button", { name: /^You are Admin agent Member/ }).press("ArrowDown");
    const menu = page.getByRole("menu");
    expect(
      await menu.getByRole("menuitemradio", { name: /Former agent/ }).getAttribute("aria-disabled"),
    ).toBe("true");
    await menu.getByRole("menuitemradio", { name: /Guest/ }).click();
    await expect.poll(() => page.url()).toContain("#guest/");
    await page.getByRole("button", { name: /^You are Guest/ }).waitFor();
    await expect.poll(() => page.getByRole("button", { name: "general" }).count()).toBe(0);

    await page.getByRole("button", { name: /^You are Guest/ }).click();
    await menu.getByRole("menuitemradio", { name: /Spain/ }).click();
    await page.getByRole("heading", { name: "Canales" }).waitFor();
    await run(page, "/message");
    await page.getByRole("button", { name: /Workbench App sin leer/ }).click();
    await page.locator("time", { hasText: "15 ene 2026 13:00" }).waitFor();
  });

  test("the Home tab shows what the app publishes, and its buttons work", async () => {
    await using there = await visit(browser());
    const { page, heard } = there;
    await page.getByRole("button", { name: "Workbench · Home" }).click();
    await page.getByRole("heading", { name: "Welcome" }).waitFor();
    await page.getByText("Hello @Admin agent").waitFor();
    await page.getByRole("button", { name: "Start" }).click();
    await expect.poll(() => heard.actions.map(({ id }) => id)).toEqual(["home-button"]);
    await page.getByRole("tab", { name: "Home" }).press("ArrowRight");
    await expect
      .poll(() => page.getByRole("tab", { name: "Messages" }).getAttribute("aria-selected"))
      .toBe("true");
    await composer(page).fill("hello");
    await composer(page).press("Enter");
    await page.getByRole("article").getByText("Hello yourself").waitFor();
  });
});
