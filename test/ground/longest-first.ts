import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The files that take longest, with their seconds on two cores that are busy with two others; all others take less. */
const longest: Record<string, number> = {
  "test/browser/flows.browser.test.ts": 77,
  "test/faults/database.test.ts": 68,
  "test/faults/partner-center.test.ts": 65,
  "test/cancellations/load.test.ts": 55,
  "test/kill/worker.test.ts": 54,
  "test/flows/cancel-many.test.ts": 43,
  "test/sandbox/web/modal.browser.test.ts": 40,
  "test/faults/queue.test.ts": 31,
  "test/postgres-launcher.test.ts": 26,
  "test/sandbox/demo.test.ts": 25,
  "test/faults/slack.test.ts": 24,
  "test/flows/cancel.test.ts": 24,
  "test/activity/export.test.ts": 19,
  "test/cancellations/mutants.test.ts": 19,
  "test/fuzz/partner-center.test.ts": 16,
  "test/flows/canary.test.ts": 15,
  "test/flows/rolling.test.ts": 15,
  "test/flows/shutdown.test.ts": 15,
  "test/flows/trouble.test.ts": 15,
  "test/jobs/worker.test.ts": 15,
  "test/sandbox/web/access.browser.test.ts": 15,
  "test/support-requests/follow.test.ts": 15,
  "test/cancellations/model.test.ts": 12,
  "test/cancellations/watch-credit.test.ts": 10,
  "test/faults/clock.test.ts": 10,
  "test/flows/buy-lines.test.ts": 10,
  "test/flows/connect.test.ts": 10,
  "test/fulfilment/links.test.ts": 10,
  "test/partner-center/budget.test.ts": 10,
  "test/purchases/model.test.ts": 10,
  "test/sandbox/partner-center/changes.test.ts": 10,
  "test/sandbox/web/composer.browser.test.ts": 10,
  "test/windows/digest.test.ts": 10,
};

/** Begins with the files that take longest, so that none of them is left to run alone when all others have ended. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { root } = this.ctx.config;
    const seconds = ({ moduleId }: TestSpecification) => longest[moduleId.slice(root.length + 1)] ?? 0;
    return (await super.sort(files)).toSorted((one, other) => seconds(other) - seconds(one));
  }
}
