import { expect, test } from "vitest";
import { composer, describeInBrowser, run, visit } from "./browser.ts";

const opacity = "getComputedStyle(document.activeElement.parentElement).opacity";

describeInBrowser("The composer", (browser) => {
  test("a slash offers the app's commands, to be chosen by keyboard", async () => {
    await using there = await visit(browser());
    const { page } = there;
    const box = composer(page);
    await box.press("/");
    const offered = page.getByRole("listbox", { name: "Commands" }).getByRole("option");
    await expect.poll(() => offered.count()).toBe(5);
    await expect.poll(() => offered.first().textContent()).toContain("Open a form with every element");
    await expect.poll(() => offered.first().textContent()).toContain("[customer]");

    await box.press("ArrowUp");
    await expect.poll(() => page.getByRole("option", { selected: true }).textContent()).toContain("/silence");
    await box.press("Escape");
    await offered.first().waitFor({ state: "detached" });

    await box.fill("/st");
    await expect.poll(() => offered.count()).toBe(1);
    await box.press("Enter");
    await expect.poll(() => box.inputValue()).toBe("/steps ");
    await box.press("Enter");
    await page.getByRole("dialog", { name: "Several steps" }).waitFor();
  });

  test("a command can be chosen by mouse, and shows how it is used", async () => {
    await using there = await visit(browser());
    const { page } = there;
    await composer(page).press("/");
    await page.getByRole("option", { name: /^\/form/ }).click();
    await expect.poll(() => composer(page).inputValue()).toBe("/form ");
    await page.getByText("/form [customer]").waitFor();
  });

  test("Enter sends, Shift+Enter starts a new line", async () => {
    await using there = await visit(browser());
    const { page, desk } = there;
    const box = composer(page);
    await box.pressSequentially("*one*");
    await box.press("Shift+Enter");
    await box.pressSequentially("two");
    await box.press("Enter");
    await page.getByRole("article", { name: "Admin agent" }).getByText("two").waitFor();
    await expect.poll(() => page.locator("article strong", { hasText: "one" }).count()).toBe(1);
    await expect.poll(() => box.inputValue()).toBe("");
    expect(desk.slack.as("admin.agent").messages().at(-1)?.text).toBe("*one*\ntwo");
  });

  test("a command that does not exist stays where it was typed, with the reason", async () => {
    await using there = await visit(browser(), { tolerate: /409/ });
    const { page } = there;
    await run(page, "/nonsense");
    await page.getByRole("alert").getByText("/nonsense is not a valid command", { exact: true }).waitFor();
    await expect.poll(() => composer(page).inputValue()).toBe("/nonsense");
  });

  test("a command without an answer is said to have timed out, to the person alone", async () => {
    await using there = await visit(browser(), { slack: { ackDeadlineMs: 200 } });
    const { page } = there;
    const other = await there.another("admin.agent.2/C0CSP");
    await run(page, "/silence");
    const line = page
      .getByRole("listitem")
      .filter({ hasText: '/silence failed with the error "operation_timeout"' });
    await line.waitFor();
    await expect.poll(() => line.textContent()).toContain("Only visible to you");
    await composer(other).fill("after");
    await composer(other).press("Enter");
    await other.getByRole("article").getByText("after").waitFor();
    await expect.poll(() => other.getByText("operation_timeout").count()).toBe(0);
  });

  test("what only one person sees is gone after a reload", async () => {
    await using there = await visit(browser());
    const { page } = there;
    await composer(page).fill("for everybody");
    await composer(page).press("Enter");
    await run(page, "/whisper");
    await page.getByText("Only visible to you").waitFor();
    await page.reload();
    await page.getByText("for everybody").waitFor();
    await expect.poll(() => page.getByText("Only visible to you").count()).toBe(0);
  });

  test("a global shortcut opens its form", async () => {
    await using there = await visit(browser());
    const { page } = there;
    await page.getByRole("button", { name: "Shortcuts" }).click();
    await page.getByRole("menuitem", { name: "New form" }).press("Enter");
    await page.getByRole("dialog", { name: "Every element" }).waitFor();
  });

  test("a message has a menu of its own shortcuts, by keyboard too", async () => {
    await using there = await visit(browser(), { slack: { ackDeadlineMs: 2_000 } });
    const { page } = there;
    await run(page, "/whisper");
    await page.getByText("Only visible to you").waitFor();
    await expect.poll(() => page.getByRole("button", { name: "Message actions" }).count()).toBe(0);
    await composer(page).fill("Two licences for Contoso");
    await composer(page).press("Enter");
    const actions = page.getByRole("button", { name: "Message actions" });
    await actions.focus();
    await expect.poll(() => page.evaluate(opacity)).toBe("1");
    await actions.press("Enter");
    await page.getByRole("menuitem", { name: "Form about this" }).press("Enter");
    const form = page.getByRole("dialog", { name: "Several steps" });
    await form.getByText("You chose Two licences for Contoso.").waitFor();
    await form.getByRole("button", { name: "Close the form" }).click();

    await actions.click();
    await page.getByRole("menuitem", { name: "Silent shortcut" }).click();
    await page.getByRole("alert").getByText("The app did not answer. Try again.").waitFor();
  });
});
