import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { App } from "@slack/bolt";
import { expect, test } from "vitest";
import { startSlackStandIn } from "#sandbox/slack/start.ts";
import { modal, openDesk, option, plain, section, signal, textInput } from "./desk.ts";

/** Opens a modal with an external select; `answer` is what its options are. */
const picking =
  (answer: () => Promise<unknown>) =>
  (app: App): void => {
    app.command("/csp", async ({ ack, client, body }) => {
      await ack();
      const pick = { type: "external_select" as const, action_id: "pick", min_query_length: 0 };
      const view = modal("form", [{ type: "input", block_id: "pick", label: plain("Pick"), element: pick }]);
      await client.views.open({ trigger_id: body.trigger_id, view });
    });
    app.options("pick", async ({ ack }) => ack((await answer()) as { options: [] }));
  };

test("suggestions that come late are none", async () => {
  const release = signal();
  await using desk = await openDesk(
    picking(async () => {
      await release.given;
      return { options: [option("Contoso", "contoso")] };
    }),
    { ackDeadlineMs: 2_000 },
  );
  const agent = desk.slack.as("admin.agent");
  await agent.command("/csp");
  await agent.view("form");
  expect(await agent.suggest("pick", "co")).toEqual([]);
  expect(desk.slack.deliveries.at(-1)?.result?.outcome).toBe("late");
  release.give();
});

test("more than a hundred suggestions are none, and the delivery says why", async () => {
  let count = 101;
  await using desk = await openDesk(
    picking(async () => ({
      options: Array.from({ length: count }, (_, index) => option(`Customer ${index}`, `${index}`)),
    })),
  );
  const agent = desk.slack.as("admin.agent");
  await agent.command("/csp");
  await agent.view("form");
  expect(await agent.suggest("pick", "c")).toEqual([]);
  expect(desk.slack.deliveries.at(-1)?.refusal).toBe(
    "invalid_arguments: [ERROR] no more than 100 items allowed [json-pointer:/options]",
  );
  count = 100;
  expect(await agent.suggest("pick", "c")).toHaveLength(100);
  expect(desk.slack.deliveries.at(-1)?.refusal).toBeUndefined();
});

test("a submission answered with a view that Slack refuses leaves the modal open with Slack's line", async () => {
  await using desk = await openDesk((app) => {
    app.command("/csp", async ({ ack, client, body }) => {
      await ack();
      await client.views.open({ trigger_id: body.trigger_id, view: modal("form", [section("A")]) });
    });
    app.view("form", async ({ ack }) => {
      const { submit: _, ...view } = modal("next", [textInput("note")], { title: plain("x".repeat(24)) });
      await ack({ response_action: "update", view });
    });
  });
  const agent = desk.slack.as("admin.agent");
  await agent.command("/csp");
  await agent.view("form");
  const submission = await agent.submit();
  expect(submission.outcome).toBe("trouble");
  expect(submission.trouble).toContain("must define `submit`");
  expect(agent.currentView()).toMatchObject({
    callbackId: "form",
    trouble: expect.stringContaining("trouble connecting"),
  });
});

test("an acknowledgement of a command that Slack cannot show is told to its author", async () => {
  await using desk = await openDesk((app) => {
    app.command("/csp", async ({ ack }) => ack({ text: "a", blocks: [section("")] }));
  });
  const agent = desk.slack.as("admin.agent");
  const delivery = await agent.command("/csp");
  expect(agent.messages().at(-1)?.text).toContain("dispatch_unknown_error");
  expect(delivery.refusal).toContain("must be more than 0 characters");
});

test("a command that nobody acknowledges times out", async () => {
  const silent = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  const { port } = silent.address() as AddressInfo;
  await using slack = await startSlackStandIn({ botUrl: `http://127.0.0.1:${port}`, ackDeadlineMs: 100 });
  const agent = slack.as("admin.agent");
  await agent.command("/csp");
  expect(agent.messages().at(-1)?.text).toBe('/csp failed with the error "operation_timeout"');
  await new Promise((resolve) => silent.close(resolve));
});

test("a signature from six minutes ago is refused", async () => {
  await using desk = await openDesk((app) => app.command("/csp", async ({ ack }) => ack()), {
    signatureClock: { now: () => new Date(Date.now() - 360_000) },
  });
  const delivery = await desk.slack.as("admin.agent").command("/csp");
  expect(delivery.result).toMatchObject({ outcome: "refused", status: 401 });
});

test("a delivery comes twice on demand", async () => {
  const heard: string[] = [];
  await using desk = await openDesk((app) => {
    app.command("/csp", async ({ ack, command }) => {
      heard.push(command.trigger_id);
      await ack();
    });
  });
  desk.slack.addFault({ delivery: "command", fault: "twice", times: 1 });
  const { id } = await desk.slack.as("admin.agent").command("/csp");
  const twin = await desk.slack.waitFor(() =>
    desk.slack.deliveries.find((delivery) => delivery.redeliveryOf === id && delivery.result !== null),
  );
  expect(twin.result?.outcome).toBe("answered");
  expect(heard).toHaveLength(2);
  expect(new Set(heard).size).toBe(1);
  await desk.slack.as("admin.agent").command("/csp");
  expect(heard).toHaveLength(3);
  expect(() => desk.slack.addFault({ method: "chat.update", fault: "twice" })).toThrow("only a delivery");
});

test("a delivery that is held up beyond the deadline is late, though it never left", async () => {
  await using desk = await openDesk((app) => app.command("/csp", async ({ ack }) => ack()), {
    ackDeadlineMs: 100,
  });
  desk.slack.addFault({ delivery: "command", fault: "slow", delayMs: 1_000, times: 1 });
  const delivery = await desk.slack.as("admin.agent").command("/csp");
  expect(delivery.result).toMatchObject({ outcome: "late", status: null });
});
