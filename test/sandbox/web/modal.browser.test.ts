import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { describeInBrowser, run, visit } from "./browser.ts";

type Values = Record<string, Record<string, Record<string, unknown>>>;

async function openForm(page: Page) {
  await run(page, "/form");
  const form = page.getByRole("dialog", { name: "Every element" });
  await form.waitFor();
  return form;
}

const focusedLabel = (page: Page) =>
  page.evaluate<string>(
    "document.activeElement.labels?.[0]?.textContent ?? document.activeElement.textContent",
  );

describeInBrowser("A modal", (browser) => {
  test("is filled in and submitted by keyboard alone", async () => {
    await using there = await visit(browser());
    const { page, desk, heard } = there;
    await openForm(page);
    await expect.poll(() => focusedLabel(page)).toBe("Name");
    const { keyboard } = page;
    const next = () => keyboard.press("Tab");
    await keyboard.type("Contoso");
    await next();
    await keyboard.type("For the new team");
    await next();
    await keyboard.type("12");
    await next();
    await keyboard.type("buyer@contoso.example");
    await next();
    await keyboard.type("https://contoso.example/");
    await next();
    await keyboard.type("data");
    await page.getByRole("option", { name: "Datacenter" }).waitFor();
    await keyboard.press("Enter");
    await next();
    await keyboard.type("iber");
    await page.getByRole("option", { name: "Contoso Iberia" }).waitFor();
    await keyboard.press("Enter");
    await next();
    await keyboard.press("ArrowDown");
    await keyboard.press("Enter");
    await keyboard.type("aus");
    await keyboard.press("Enter");
    await page.getByRole("button", { name: "Remove Australia" }).waitFor();
    await keyboard.press("Escape");
    await expect.poll(() => page.getByRole("dialog").count()).toBe(1);
    await page.getByRole("combobox", { name: "Agent" }).focus();
    await keyboard.type("admin agent 2");
    await keyboard.press("Enter");
    await next();
    await page.getByRole("combobox", { name: "Channel" }).focus();
    await keyboard.type("general");
    await keyboard.press("Enter");
    await page.getByLabel("Day").focus();
    await keyboard.type("01312026");
    await page.getByLabel("Hour").focus();
    await keyboard.type("0930AM");
    await page.getByLabel("Moment").focus();
    await keyboard.type("070120261000AM");
    await page.getByRole("radio", { name: "One year" }).focus();
    await keyboard.press("ArrowDown");
    await page.getByRole("checkbox", { name: "Hybrid Benefit" }).focus();
    await keyboard.press("Space");
    await page.getByRole("button", { name: "Place order" }).focus();
    await keyboard.press("Enter");
    await page.getByRole("dialog").waitFor({ state: "detached" });

    const values = heard.submissions[0] as Values;
    const value = (id: string, field: string) => values[id]?.[id]?.[field];
    expect(value("name", "value")).toBe("Contoso");
    expect(value("reason", "value")).toBe("For the new team");
    expect(value("quantity", "value")).toBe("12");
    expect(value("email", "value")).toBe("buyer@contoso.example");
    expect(value("site", "value")).toBe("https://contoso.example/");
    expect(value("edition", "selected_option")).toMatchObject({ value: "datacenter" });
    expect(value("customer", "selected_option")).toMatchObject({ value: "Contoso Iberia" });
    expect(value("markets", "selected_options")).toMatchObject([{ value: "ES" }, { value: "AU" }]);
    expect(value("agent", "selected_user")).toBe(desk.slack.as("admin.agent.2").id);
    expect(value("where", "selected_channel")).toBe("C0GENERAL");
    expect(value("day", "selected_date")).toBe("2026-01-31");
    expect(value("hour", "selected_time")).toBe("09:30");
    expect(value("moment", "selected_date_time")).toBe(Date.parse("2026-07-01T10:00:00-04:00") / 1000);
    expect(value("term", "selected_option")).toMatchObject({ value: "P3Y" });
    expect(value("extras", "selected_options")).toMatchObject([{ value: "hb" }]);
    await expect.poll(() => page.evaluate("document.activeElement.matches('.composer textarea')")).toBe(true);
  });

  test("is filled in by mouse, files included", async () => {
    await using there = await visit(browser());
    const { page, heard } = there;
    const form = await openForm(page);
    await form.getByLabel("Name").fill("Fabrikam");
    await form.getByLabel("Quantity").fill("3");
    await form.getByLabel("E-mail").fill("buyer@fabrikam.example");
    await form.getByRole("combobox", { name: "Edition" }).click();
    await page.getByRole("option", { name: "Standard" }).click();
    await form.getByRole("combobox", { name: "Customer" }).fill("fab");
    await page.getByRole("option", { name: "Fabrikam" }).click();
    await form.getByRole("combobox", { name: "Markets" }).click();
    await page.getByRole("option", { name: "Spain" }).click();
    await page.getByRole("option", { name: "France" }).click();
    await page.getByRole("option", { name: "Australia" }).click();
    await page.getByText("At most 2 can be chosen").waitFor();
    await page.getByRole("button", { name: "Remove Spain" }).click();
    await form.getByRole("radio", { name: "One year" }).click();
    await form.getByRole("checkbox", { name: "Software Assurance" }).click();

    const papers = form.getByLabel("Papers");
    await papers.setInputFiles({
      name: "run.exe",
      mimeType: "application/x-msdownload",
      buffer: Buffer.from("x"),
    });
    await form.getByRole("alert").getByText("Allowed: txt, pdf").waitFor();
    await papers.setInputFiles([
      { name: "order.txt", mimeType: "text/plain", buffer: Buffer.from("an order") },
      { name: "invoice.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF") },
    ]);
    await form.getByRole("button", { name: "Remove invoice.pdf" }).click();
    await form.getByRole("button", { name: "Remove invoice.pdf" }).waitFor({ state: "detached" });

    await form.getByRole("button", { name: "Place order" }).click();
    await form.waitFor({ state: "detached" });
    const values = heard.submissions[0] as Values;
    expect(values.markets?.markets?.selected_options).toMatchObject([{ value: "FR" }]);
    expect(values.papers?.papers?.files).toMatchObject([
      { name: "order.txt", mimetype: "text/plain", size: 8 },
    ]);
  });

  test("an external select asks as one types, and says what it is doing", async () => {
    await using there = await visit(browser(), { slack: { ackDeadlineMs: 2_000 } });
    const { page, desk } = there;
    const form = await openForm(page);
    const select = form.getByRole("combobox", { name: "Customer" });
    const said = page.locator(".listbox-note");
    const asked = () => desk.slack.deliveries.filter(({ kind }) => kind === "block_suggestion").length;
    await select.click();
    await select.press("c");
    await said.getByText("Type at least 2 characters").waitFor();
    expect(asked()).toBe(0);
    // As fast as nobody types, so that no pause between two letters is long enough to ask in.
    await select.evaluate((field) => {
      const typed = field as unknown as { value: string; dispatchEvent(event: Event): boolean };
      for (const letter of "ontoso") {
        typed.value += letter;
        typed.dispatchEvent(new Event("input", { bubbles: true }));
      }
    });
    await page.getByRole("option", { name: "Contoso", exact: true }).waitFor();
    expect(asked()).toBe(1);
    await expect.poll(() => select.getAttribute("aria-activedescendant")).toMatch(/-option-0$/);
    await select.press("ArrowDown");
    await expect.poll(() => select.getAttribute("aria-activedescendant")).toMatch(/-option-1$/);
    await select.fill("nobody");
    await said.getByText("No results").waitFor();
    await select.fill("broken");
    await said.getByText("The options could not be loaded").waitFor();
    await select.press("Escape");
    await expect.poll(() => select.getAttribute("aria-expanded")).toBe("false");
    await select.fill("كونتوسو");
    await page.getByRole("option").waitFor();
    await select.press("Enter");
    await expect.poll(() => select.inputValue()).toBe("مؤسسة كونتوسو");
  });

  test("errors stand beside their fields, and the first of them gets the focus", async () => {
    await using there = await visit(browser());
    const { page } = there;
    const form = await openForm(page);
    await form.getByRole("button", { name: "Place order" }).click();
    await form.getByText("Please complete this required field.").first().waitFor();
    await expect.poll(() => focusedLabel(page)).toBe("Name");
    await expect.poll(() => form.getByText("Please complete this required field.").count()).toBe(6);
    const quantity = form.getByLabel("Quantity");
    await expect.poll(() => quantity.getAttribute("aria-invalid")).toBe("true");
    const described = await quantity.getAttribute("aria-describedby");
    await expect
      .poll(() => page.locator(`[id="${described}"]`).textContent())
      .toBe("Please complete this required field.");

    await form.getByLabel("Name").fill("taken");
    await quantity.fill("2.5");
    await form.getByLabel("E-mail").fill("buyer@contoso.example");
    await form.getByRole("combobox", { name: "Edition" }).fill("sta");
    await page.keyboard.press("Enter");
    await form.getByRole("combobox", { name: "Customer" }).fill("con");
    await page.getByRole("option").first().click();
    await form.getByRole("radio", { name: "One year" }).check();
    await form.getByRole("button", { name: "Place order" }).click();
    await form.getByText("Must be a whole number").waitFor();
    await expect.poll(() => focusedLabel(page)).toBe("Quantity");
    await quantity.fill("2");
    await quantity.press("Enter");
    await form.getByText("This name is taken.").waitFor();
    await form.getByText("Not this one either.").waitFor();
    await expect.poll(() => focusedLabel(page)).toBe("Name");
    await expect.poll(() => form.getByLabel("Name").inputValue()).toBe("taken");
  });

  test("an update keeps what was typed; a pushed view leads back; clear closes all", async () => {
    await using there = await visit(browser());
    const { page, heard } = there;
    await run(page, "/steps");
    const first = page.getByRole("dialog", { name: "Several steps" });
    await first.getByLabel("Note").fill("kept");
    await first.getByRole("combobox", { name: "Product" }).fill("ess");
    await page.keyboard.press("Enter");
    await first.getByText("You chose Essentials.").waitFor();
    await expect.poll(() => first.getByLabel("Note").inputValue()).toBe("kept");
    expect(heard.actions).toContainEqual({ id: "product", value: "essentials" });

    await first.getByRole("button", { name: "Details" }).click();
    const second = page.getByRole("dialog", { name: "Details" });
    await second.getByLabel("Colour").fill("green");
    await second.getByRole("button", { name: "Back" }).click();
    await first.getByLabel("Note").waitFor();
    await expect.poll(() => first.getByLabel("Note").inputValue()).toBe("kept");
    await expect.poll(() => focusedLabel(page)).toBe("Details");

    await first.getByRole("button", { name: "Next" }).click();
    await second.getByLabel("Colour").fill("stay");
    await second.getByRole("button", { name: "Finish" }).click();
    await expect.poll(() => heard.submissions.length).toBe(1);
    await expect
      .poll(() => second.getByRole("button", { name: "Finish" }).getAttribute("aria-busy"))
      .toBe(null);
    await second.getByLabel("Colour").fill("blue");
    await second.getByLabel("Colour").press("Enter");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(heard.submissions.at(-1)).toMatchObject({ colour: { colour: { value: "blue" } } });
  });

  test("without an answer it stays open and says so; meanwhile it cannot be submitted again", async () => {
    await using there = await visit(browser());
    const { page, desk } = there;
    await run(page, "/steps");
    const first = page.getByRole("dialog", { name: "Several steps" });
    await first.getByRole("button", { name: "Details" }).click();
    const second = page.getByRole("dialog", { name: "Details" });
    await second.getByLabel("Colour").fill("slow");
    const submit = second.getByRole("button", { name: "Finish" });
    await submit.click();
    await expect.poll(() => submit.getAttribute("aria-busy")).toBe("true");
    await submit.click({ force: true });
    await second.getByRole("alert").getByText("We had some trouble connecting. Try again?").waitFor();
    expect(desk.slack.deliveries.filter(({ kind }) => kind === "view_submission")).toHaveLength(1);
    await expect.poll(() => submit.getAttribute("aria-busy")).toBe(null);
    await expect.poll(() => second.getByLabel("Colour").inputValue()).toBe("slow");
  });

  test("a question is asked first where the element has one", async () => {
    await using there = await visit(browser());
    const { page, heard } = there;
    const form = await openForm(page);
    const question = page.getByRole("dialog", { name: "Discard it?" });
    await form.getByRole("button", { name: "Discard" }).click();
    await page.keyboard.press("Escape");
    await question.waitFor({ state: "detached" });
    await expect.poll(() => form.count()).toBe(1);
    await form.getByRole("button", { name: "Discard" }).click();
    await question.getByRole("button", { name: "Keep" }).click();
    expect(heard.actions).toEqual([]);
    await form.getByRole("button", { name: "Discard" }).click();
    await question.getByRole("button", { name: "Discard" }).click();
    await expect.poll(() => heard.actions.map(({ id }) => id)).toEqual(["risky"]);

    await form.getByRole("button", { name: "More actions" }).click();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await expect.poll(() => heard.actions.at(-1)).toEqual({ id: "more", value: "archive" });
  });

  test("Escape twice at once closes one step, and the one below is still there to be seen", async () => {
    await using there = await visit(browser());
    const { page } = there;
    await run(page, "/steps");
    const first = page.getByRole("dialog", { name: "Several steps" });
    await first.getByRole("button", { name: "Details" }).click();
    await page.getByRole("dialog", { name: "Details" }).waitFor();
    await page.evaluate(`(() => {
      const dialog = document.querySelector("dialog");
      for (const _ of [1, 2]) dialog.dispatchEvent(new Event("cancel", { cancelable: true }));
      dialog.close();
    })()`);
    await first.getByRole("button", { name: "Details" }).click();
    await page.getByRole("dialog", { name: "Details" }).waitFor();
    expect(await page.getByText("is not open on top").count()).toBe(0);
  });

  test("keeps the focus inside, and gives it back when Escape closes it", async () => {
    await using there = await visit(browser());
    const { page } = there;
    const form = await openForm(page);
    await form.getByRole("button", { name: "Close the form" }).focus();
    await page.keyboard.press("Shift+Tab");
    await expect.poll(() => focusedLabel(page)).toBe("Place order");
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.getAttribute('aria-label')")).toBe("Close the form");
    await page.keyboard.press("Escape");
    await form.waitFor({ state: "detached" });
    await expect.poll(() => page.evaluate("document.activeElement.matches('.composer textarea')")).toBe(true);
  });
});
