import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Agent } from "#src/access/agent.ts";
import { recognise } from "#src/access/recognise.ts";
import { requestExport } from "#src/activity/export.ts";
import { lastDays } from "#src/activity/filter.ts";
import { expectWhole } from "../kill/facts.ts";
import { openTestWorld } from "../kill/test-world.ts";
import { asks, type World } from "../kill/world.ts";
import { ask, openStage, quiet } from "./stage.ts";

let world: World;
let reader: Agent;
beforeAll(async () => {
  world = await openTestWorld(null);
  const slackUserId = world.slack.as("account.admin").id;
  reader = await recognise(world.desk, { workspaceId: world.agent.workspaceId, slackUserId });
});
afterAll(() => world.close());

async function exported(): Promise<string> {
  const { exportId } = await requestExport(world.desk, reader, {
    formToken: randomUUID(),
    question: {
      ...lastDays(world.desk.clock.now(), reader.timeZone),
      slackUserId: null,
      customerId: null,
      kind: null,
    },
    format: "json",
  });
  return exportId;
}

const rowOf = (id: string) =>
  world.desk.db.selectFrom("activity_exports").selectAll().where("id", "=", id).executeTakeFirstOrThrow();

test("A3 with the disk full an export ends and its reader is told; nothing of it is in Slack, and later it works", async () => {
  // As a worker does that is not behind a gate: Slack tells it where files go.
  const stage = await openStage(world, { workers: 0, env: { SLACK_API_URL: world.slack.apiUrl } });
  try {
    await stage.startWorker({ fileKilobytes: 4 });
    await ask(world, [asks.purchase, asks.key, asks.support_request]);
    await quiet(stage);
    const failed = await exported();
    await quiet(stage);
    expect(await rowOf(failed)).toMatchObject({ status: "failed", file_id: null });
    expect(world.slack.state().files).toEqual([]);
    const told = () =>
      world.slack
        .as("account.admin")
        .dm()
        .filter(({ text }) => text.includes("could not be"));
    expect(told()).toHaveLength(1);
    expect(stage.outputs().join("\n")).toContain("an export can't be written here");
    await expectWhole(world, stage.outputs());

    await stage.replaceWorker(0);
    const sent = await exported();
    await quiet(stage);
    expect(await rowOf(sent)).toMatchObject({ status: "sent" });
    expect(world.slack.state().files).toHaveLength(1);
    expect(told()).toHaveLength(1);
    await expectWhole(world, stage.outputs());
  } finally {
    await stage.close();
  }
}, 300_000);
