import { expect, test } from "vitest";
import type { Desk } from "#src/desk/context.ts";
import { together } from "#src/desk/together.ts";

const desk = {} as Desk;

/** Questions that are answered when the test says so. */
function questions() {
  const asked: { ids: readonly string[]; answer: PromiseWithResolvers<string> }[] = [];
  const ask = together((_desk, ids) => {
    const answer = Promise.withResolvers<string>();
    asked.push({ ids, answer });
    return answer.promise;
  });
  return { asked, ask: (id: string) => ask(desk, id) };
}

test("invariant 2: what is asked for at the same moment is one question, each id once", async () => {
  const { asked, ask } = questions();
  const all = [ask("a"), ask("b"), ask("a")];
  await expect.poll(() => asked).toHaveLength(1);
  expect(asked[0]?.ids).toEqual(["a", "b"]);
  asked[0]?.answer.resolve("both");
  expect(await Promise.all(all)).toEqual(["both", "both", "both"]);
});

test("invariant 2: whoever asks later gets no answer that is older than the question", async () => {
  const { asked, ask } = questions();
  const first = ask("a");
  await expect.poll(() => asked).toHaveLength(1);
  const second = ask("a");
  asked[0]?.answer.resolve("older");
  await expect.poll(() => asked).toHaveLength(2);
  asked[1]?.answer.resolve("newer");
  expect([await first, await second]).toEqual(["older", "newer"]);
});

test("invariant 3: a question that is never answered holds nobody up who asks after it", async () => {
  const { asked, ask } = questions();
  ask("a");
  await expect.poll(() => asked).toHaveLength(1);
  const second = ask("b");
  await expect.poll(() => asked).toHaveLength(2);
  asked[1]?.answer.resolve("answered");
  expect(await second).toBe("answered");
});

test("invariant 3: one that fails fails those who asked, and nobody after them", async () => {
  const { asked, ask } = questions();
  const failed = Promise.allSettled([ask("a"), ask("b")]);
  await expect.poll(() => asked).toHaveLength(1);
  asked[0]?.answer.reject(new Error("away"));
  expect((await failed).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  const later = ask("a");
  await expect.poll(() => asked).toHaveLength(2);
  asked[1]?.answer.resolve("back");
  expect(await later).toBe("back");
});
