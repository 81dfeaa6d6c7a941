import { expect, test } from "vitest";
import { describeInBrowser, run, visit } from "../sandbox/web/browser.ts";

const rest =
  "(() => { const log = document.querySelector('.log'); return log.scrollHeight - log.scrollTop - log.clientHeight; })()";

describeInBrowser("A conversation", (browser) => {
  test("stays at its end when it gets narrower just after it was scrolled", async () => {
    await using there = await visit(browser(), { width: 1110 });
    const { page } = there;
    await run(page, "/message");
    await run(page, "/message");
    await page.getByRole("button", { name: /Workbench App unread/ }).click();
    await page.getByRole("heading", { name: "Purchase for Contoso" }).nth(1).waitFor();
    await expect.poll(() => page.evaluate(rest)).toBe(0);
    await page.evaluate(`(() => {
      document.querySelector('.log').scrollTop -= 1;
      [...document.querySelectorAll('.banner-button')].find((button) => button.textContent === 'Inspector').click();
    })()`);
    await page.getByRole("complementary").waitFor();
    await expect.poll(() => page.evaluate(rest)).toBe(0);
  });
});
