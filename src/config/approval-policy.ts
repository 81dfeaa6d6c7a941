import { readFileSync } from "node:fs";
import { z } from "zod";

const amount = z.string().regex(/^\d{1,14}(\.\d{1,4})?$/, 'is no amount such as "1000.00"');
const currency = z.string().regex(/^[A-Z]{3}$/);
const kind = z.enum(
  ["subscription", "perpetual", "reservation", "linux_plan", "esu"],
  "is not one of subscription, perpetual, reservation, linux_plan, esu",
);
const slackUser = z.string().regex(/^[UW][A-Z0-9]{2,}$/, "is no Slack user id such as U024BE7LH");
const distinct = [
  (items: string[]) => new Set(items).size === items.length,
  "names somebody or something twice",
] as const;

/** Which purchases a second person has to approve, and who may. */
const policySchema = z
  .strictObject({
    amountLimits: z.record(currency, amount).default({}),
    productKinds: z
      .array(kind)
      .refine(...distinct)
      .default([]),
    customers: z
      .array(z.guid("is not a tenant GUID").toLowerCase())
      .refine(...distinct)
      .default([]),
    approvers: z
      .array(slackUser)
      .min(1, "names nobody")
      .refine(...distinct),
    expiresAfterHours: z
      .int("is not a whole number of hours")
      .min(1, "is less than 1")
      .max(720, "is more than 720")
      .default(24),
  })
  .refine(
    ({ amountLimits, productKinds, customers }) =>
      [amountLimits, productKinds, customers].some((rule) => Object.keys(rule ?? {}).length > 0),
    {
      error: "asks for no approval at all: give amountLimits, productKinds or customers",
      // Also when something else is wrong: everything is said at once.
      when: ({ value }) => typeof value === "object" && value !== null && !Array.isArray(value),
    },
  );

export type ApprovalPolicyFile = z.output<typeof policySchema>;

/** The policy in this file, or everything that is wrong with it, each as a sentence that goes on after the variable's name. */
export function readApprovalPolicy(path: string): { policy: ApprovalPolicyFile } | { problems: string[] } {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    if (error instanceof SyntaxError) return { problems: ["names a file that is not JSON"] };
    const code = error instanceof Error && "code" in error ? String(error.code) : "unreadable";
    return { problems: [`names a file that can't be read (${code})`] };
  }
  const parsed = policySchema.safeParse(json);
  if (parsed.success) return { policy: parsed.data };
  return { problems: parsed.error.issues.map((issue) => `names a file in which ${whereAndWhat(issue)}`) };
}

function whereAndWhat({ path, code, message, ...issue }: z.core.$ZodIssue): string {
  const place = path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`)).join("");
  const where = place === "" ? "the policy" : place.replace(/^\./, "");
  if (code === "unrecognized_keys" && "keys" in issue)
    return `${where} has ${(issue.keys as string[]).join(", ")}, which is not a part of it`;
  if (code === "invalid_key") return `${where} is no currency such as USD`;
  if (code === "invalid_type") return `${where} is missing or of another type`;
  return `${where} ${message}`;
}
