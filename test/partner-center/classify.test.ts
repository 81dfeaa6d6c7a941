import { describe, expect, test } from "vitest";
import { classify, type Outcome } from "#src/partner-center/classify.ts";
import type { FailureKind } from "#src/partner-center/port.ts";
import fc from "../ground/fast-check.ts";

const answer = (status: number, code = 0): Outcome => ({ type: "answer", status, code });

const table: [string, Outcome, FailureKind][] = [
  ["cart is being processed", answer(409, 800064), "wait"],
  ["order in progress", answer(409, 800060), "wait"],
  ["operation pending", answer(409, 900278), "wait"],
  ["subscription not ready", answer(409, 800082), "wait"],
  ["adjustment already pending", answer(409, 800014), "wait"],
  ["any other conflict", answer(409, 1), "refused"],
  ["a pending code with another status", answer(400, 800064), "refused"],
  ["throttled", answer(429), "wait"],
  ["token not accepted", answer(401, 400), "reauthorise"],
  ["MFA claim missing, empty body", answer(401), "reauthorise"],
  ["app-only not supported", answer(403, 900329), "refused"],
  ["cancellation window passed", answer(400, 900117), "refused"],
  ["cart already submitted", answer(400, 800065), "refused"],
  ["not found", answer(404, 20000), "refused"],
  ["request timed out on the way", answer(408), "retry_same_id"],
  ["create order failed", answer(500, 800005), "retry_same_id"],
  ["gateway", answer(502), "retry_same_id"],
  ["unavailable", answer(503), "retry_same_id"],
  ["redirect", answer(302), "unreadable"],
  ["no answer", { type: "no_answer" }, "retry_same_id"],
  ["not the JSON we know", { type: "unreadable", status: 201 }, "unreadable"],
  ["a call that never left", { type: "not_sent" }, "refused"],
  ["no token: refused", { type: "no_token", authority: "refused" }, "reauthorise"],
  ["no token: busy", { type: "no_token", authority: "busy" }, "wait"],
  ["no token: unreachable", { type: "no_token", authority: "unreachable" }, "retry_same_id"],
];

describe("C13 one function says what a failure means", () => {
  test.each(table)("%s", (_name, outcome, kind) => {
    expect(classify(outcome)).toBe(kind);
  });

  test("a 4xx is never taken for an unknown effect, save a time-out on the way", () => {
    const clientErrors = fc.integer({ min: 400, max: 499 }).filter((status) => status !== 408);
    fc.assert(
      fc.property(clientErrors, fc.nat(1_000_000), (status, code) => {
        expect(["refused", "wait", "reauthorise"]).toContain(classify(answer(status, code)));
      }),
    );
  });
});
