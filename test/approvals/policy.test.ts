import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type ApprovalPolicy, approvalReasons } from "#src/approvals/policy.ts";
import { readApprovalPolicy } from "#src/config/approval-policy.ts";

const policy: ApprovalPolicy = {
  amountLimits: { USD: "1000.00", EUR: "900" },
  productKinds: ["perpetual"],
  customers: ["11111111-2222-4333-8444-555555555555"],
  approvers: ["U0BOSS"],
  expiresAfterHours: 24,
};
const purchase = {
  customer_id: "99999999-2222-4333-8444-555555555555",
  lines: [{ kind: "subscription" as const }],
  currency_code: "USD",
  total_price: "1000.0000",
};

describe("approval: what the policy asks for", () => {
  test.each([
    ["USD", "1000.0000", []],
    ["USD", "1000.0001", ["amount"]],
    ["USD", "9.5", []],
    ["USD", "12345678901234.5678", ["amount"]],
    ["EUR", "900.00", []],
    ["EUR", "900.01", ["amount"]],
    ["BRL", "0.01", ["amount"]],
    [null, "1", ["amount"]],
    ["USD", null, ["amount"]],
  ])("approval: a total of %s %s: %j", (currency_code, total_price, reasons) => {
    expect(approvalReasons(policy, { ...purchase, currency_code, total_price })).toEqual(reasons);
  });

  test("approval: kinds and customers count by themselves, and without limits no amount does", () => {
    expect(
      approvalReasons(policy, { ...purchase, lines: [...purchase.lines, { kind: "perpetual" }] }),
    ).toEqual(["kind"]);
    const customer_id = "11111111-2222-4333-8444-555555555555";
    expect(approvalReasons(policy, { ...purchase, customer_id })).toEqual(["customer"]);
    const unlimited = { ...policy, amountLimits: {} };
    expect(approvalReasons(unlimited, { ...purchase, currency_code: "BRL", total_price: "999999" })).toEqual(
      [],
    );
  });
});

describe("approval: the policy file", () => {
  const file = join(tmpdir(), `approval-policy-${process.pid}.json`);
  const read = async (text: string) => {
    await writeFile(file, text);
    return readApprovalPolicy(file);
  };

  test("approval: a policy is read, with 24 hours where it names none", async () => {
    expect(await read('{"approvers": ["U0BOSS"], "amountLimits": {"USD": "1000.00"}}')).toEqual({
      policy: {
        amountLimits: { USD: "1000.00" },
        productKinds: [],
        customers: [],
        approvers: ["U0BOSS"],
        expiresAfterHours: 24,
      },
    });
  });

  test("approval: every mistake of a policy is said at once", async () => {
    const text = JSON.stringify({
      amountLimits: { usd: "10", EUR: "1,000", GBP: 5 },
      productKinds: ["software"],
      customers: ["contoso"],
      approvers: ["boss", "U0BOSS", "U0BOSS"],
      expiresAfterHours: 0,
      limit: 3,
    });
    expect(await read(text)).toEqual({
      problems: [
        "names a file in which amountLimits.usd is no currency such as USD",
        'names a file in which amountLimits.EUR is no amount such as "1000.00"',
        "names a file in which amountLimits.GBP is missing or of another type",
        "names a file in which productKinds[0] is not one of subscription, perpetual, reservation, linux_plan, esu",
        "names a file in which customers[0] is not a tenant GUID",
        "names a file in which approvers[0] is no Slack user id such as U024BE7LH",
        "names a file in which approvers names somebody or something twice",
        "names a file in which expiresAfterHours is less than 1",
        "names a file in which the policy has limit, which is not a part of it",
      ],
    });
  });

  test.each([
    ["{}", ["approvers is missing", "asks for no approval at all"]],
    ['{"approvers": []}', ["approvers names nobody", "asks for no approval at all"]],
    ["[]", ["the policy is missing or of another type"]],
    ["no", ["not JSON"]],
  ])("approval: %s is no policy", async (text, problems) => {
    expect(await read(text)).toEqual({
      problems: problems.map((problem) => expect.stringContaining(problem)),
    });
  });

  test("approval: a file that is not there is said to be so", () => {
    expect(readApprovalPolicy(join(tmpdir(), "no-such-policy.json"))).toEqual({
      problems: ["names a file that can't be read (ENOENT)"],
    });
  });
});
