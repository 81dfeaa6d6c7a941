import { expect, test } from "vitest";
import { correlate, correlated } from "#src/desk/correlation.ts";
import { createLog } from "#src/desk/log.ts";

test("invariant 6: a line has codes and ids, and whatever else it was given is left out", () => {
  const lines: string[] = [];
  const log = createLog("debug", { write: (line) => lines.push(line) });
  const secret = "AAAAA-BBBBB-CCCCC-DDDDD-EEEEE";
  const fields = {
    id: "pur_1",
    code: 800061,
    correlationId: "c-1",
    key: secret,
    body: secret,
    email: "a@b.example",
  };
  log.debug(fields, "one");
  log.info(fields, "two");
  log.warn(fields, "three");
  log.error({ ...fields, error: "it broke" }, "four");
  expect(lines).toHaveLength(4);
  expect(lines.join("")).not.toContain(secret);
  const kept = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  for (const line of kept)
    expect(line).toEqual({
      level: expect.any(Number),
      time: expect.any(String),
      msg: expect.any(String),
      id: "pur_1",
      code: 800061,
      correlationId: "c-1",
      ...(line.msg === "four" ? { error: "it broke" } : {}),
    });
});

test("every line of one piece of work carries one correlation id: from the first request it is about, that request's", async () => {
  const lines: { msg: string; correlationId?: string }[] = [];
  const log = createLog("info", { write: (line) => lines.push(JSON.parse(line)) });
  const of = (msg: string) => lines.find((line) => line.msg === msg)?.correlationId;
  log.info({}, "outside");
  await Promise.all([
    correlated(async () => {
      log.info({}, "before");
      await new Promise(setImmediate);
      correlate("request-1");
      log.info({}, "about it");
      correlate("request-2");
      await new Promise(setImmediate);
      log.info({}, "still about it");
      log.info({ correlationId: "request-3" }, "about another");
    }),
    correlated(async () => {
      await new Promise(setImmediate);
      log.info({}, "beside");
    }),
  ]);
  expect(of("outside")).toBeUndefined();
  expect(of("before")).toMatch(/^[0-9a-f-]{36}$/);
  expect(of("about it")).toBe("request-1");
  expect(of("still about it")).toBe("request-1");
  expect(of("about another")).toBe("request-3");
  expect(of("beside")).toMatch(/^[0-9a-f-]{36}$/);
  expect(of("beside")).not.toBe(of("before"));
});
