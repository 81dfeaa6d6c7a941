import { expect, test } from "vitest";
import { startPartnerCenterSimulator } from "#sandbox/partner-center/start.ts";
import { describeInBrowser, run, visit } from "./browser.ts";

describeInBrowser("The panels", (browser) => {
  test("the inspector lists the traffic, filters it, and delivers again", async () => {
    await using there = await visit(browser());
    const { page, desk } = there;
    await page.getByRole("button", { name: "Inspector" }).click();
    const panel = page.getByRole("complementary", { name: "Inspector" });
    await run(page, "/message");
    const command = panel.getByRole("button", { name: /to the bot \/message ok 200/ });
    await command.waitFor();
    await panel.getByRole("button", { name: /from the bot chat.postMessage ok/ }).waitFor();
    await panel.getByRole("combobox", { name: "Which exchanges" }).selectOption("To the bot");
    await panel.getByRole("button", { name: /chat.postMessage/ }).waitFor({ state: "detached" });
    await panel.getByRole("searchbox").fill("admin.agent");
    await command.click();
    await panel.getByText('"command": "/message"').waitFor();
    await panel.getByRole("button", { name: "Redeliver" }).click();
    await expect.poll(() => desk.slack.deliveries.filter(({ redeliveryOf }) => redeliveryOf).length).toBe(1);
    await panel.getByRole("button", { name: /again/ }).waitFor();
  });

  test("the sandbox moves both clocks, sets the lag, and breaks and mends things", async () => {
    const simulator = await startPartnerCenterSimulator({ port: 0 });
    try {
      await using there = await visit(browser(), { web: { partnerCenterUrl: simulator.url } });
      const { page, desk } = there;
      const ahead = () => (desk.slack.clock.now().getTime() - Date.now()) / 60_000;
      const state = async () =>
        (await (await fetch(`${simulator.url}/_sim/control/state`)).json()) as {
          now: string;
          settings: { cancellationLagMs: number };
          faults: { fault: string }[];
        };
      await page.getByRole("button", { name: "Sandbox" }).click();
      const panel = page.getByRole("complementary", { name: "Sandbox" });
      await panel.getByRole("button", { name: "+15 min" }).click();
      await expect.poll(ahead).toBeGreaterThan(14.9);
      await expect
        .poll(async () => (Date.parse((await state()).now) - Date.now()) / 60_000)
        .toBeGreaterThan(14.9);
      await panel.getByLabel("A cancellation shows").selectOption("after 1 minute");
      await expect.poll(async () => (await state()).settings.cancellationLagMs).toBe(60_000);
      await panel.getByRole("switch", { name: /Partner Center is down/ }).click();
      await expect.poll(async () => (await state()).faults).toMatchObject([{ fault: "503" }]);
      await panel.getByRole("switch", { name: /Slack is slow/ }).click();
      await expect.poll(() => desk.slack.state().faults).toMatchObject([{ fault: "slow" }]);
      await panel.getByRole("switch", { name: /Partner Center is down/ }).click();
      await panel.getByRole("switch", { name: /Slack is slow/ }).click();
      await expect.poll(async () => (await state()).faults).toEqual([]);
      await expect.poll(() => desk.slack.state().faults).toEqual([]);
    } finally {
      await simulator.close();
    }
  });
});
