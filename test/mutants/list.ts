/** One mistake that somebody could make in the code, and the tests that must notice it. */
export interface Mutant {
  /** The rule or invariant that it breaks. */
  rule: string;
  mistake: string;
  file: string;
  /** Text that occurs once in the file, and what stands there instead. */
  from: string;
  to: string;
  /** Test files, all of them or those of their tests whose title matches. */
  tests: readonly string[];
  title?: string;
  /** Noticed wherever the queue lives: on PostgreSQL and on Redis. */
  onBothBackends?: true;
}

type Fault = Pick<Mutant, "rule" | "mistake" | "file" | "from" | "to">;

/** Seen from Slack, through relay, queue and worker. */
const flow =
  (file: string) =>
  (title: string, fault: Fault): Mutant => ({
    ...fault,
    tests: [`test/flows/${file}.test.ts`],
    title,
    onBothBackends: true,
  });
const cancel = flow("cancel");
const cancelMany = flow("cancel-many");
const support = flow("support");

/** Each rule of cancelling and of support requests, taken away. */
const rules: Mutant[] = [
  cancel("C1 C8 an order whose window has passed", {
    rule: "C1",
    mistake: "a window that has passed is no reason to refuse",
    file: "src/cancellations/assess.ts",
    from: "if (deadline.at <= now) return",
    to: "if (deadline.at <= new Date(0)) return",
  }),
  cancel("C2 a sales agent", {
    rule: "C2",
    mistake: "a sales agent may cancel",
    file: "src/access/rights.ts",
    from: 'cancel: ["admin_agent"],',
    to: 'cancel: ["admin_agent", "sales_agent"],',
  }),
  cancel("C3 S1 where more information", {
    rule: "C3",
    mistake: "extended security updates are cancelled like anything else",
    file: "src/catalog/kinds.ts",
    from: 'esu: "by_support_only",',
    to: 'esu: "in_window",',
  }),
  cancel("C4 that", {
    rule: "C4",
    mistake: "Linux plans are cancelled like anything else",
    file: "src/catalog/kinds.ts",
    from: 'linux_plan: "never",',
    to: 'linux_plan: "in_window",',
  }),
  cancel("C5 finds the customer", {
    rule: "C5",
    mistake: "a tenant GUID is taken for the beginning of a name",
    file: "src/customers/find.ts",
    from: "if (tenantGuid.test(query))",
    to: 'if (query === "")',
  }),
  cancel("C6 lists", {
    rule: "C6",
    mistake: "the orders of every product are offered for the one that was chosen",
    file: "src/slack/cancel/command.ts",
    from: "if (product === allProducts) return lines;",
    to: "if (product !== null) return lines;",
  }),
  cancelMany("C1 C7 C8 S1 what may not be cancelled", {
    rule: "C7",
    mistake: "one line that may not be cancelled stops the whole form",
    file: "src/cancellations/request-many.ts",
    from: 'if (assessment.kind !== "open") return refusal(assessment, line.orderId);',
    to: 'if (assessment.kind !== "open") throw refusal(assessment, line.orderId);',
  }),
  cancel("C8 shows days left", {
    rule: "C8",
    mistake: "a day that has begun counts as a whole one",
    file: "src/cancellations/editions.ts",
    from: "Math.floor((deadlineAt.getTime()",
    to: "Math.ceil((deadlineAt.getTime()",
  }),
  cancel("C8 C9 C10 C11 C12 C13 a cancellation", {
    rule: "C9",
    mistake: "what Partner Center accepted is told as shown",
    file: "src/cancellations/send.ts",
    from: 'if (taken === "visible") {',
    to: 'if (taken === "visible" || taken === "accepted") {',
  }),
  cancel("C8 C9 C10 C11 C12 C13 a cancellation", {
    rule: "C10",
    mistake: "keys and links live on after the cancellation",
    file: "src/cancellations/show.ts",
    from: "  await revokeHandOvers(trx, desk, row);\n",
    to: "",
  }),
  cancel("C11 what is cancelled already", {
    rule: "C11",
    mistake: "what was cancelled in the portal is offered again",
    file: "src/cancellations/assess.ts",
    from: "if (line.cancelled) return",
    to: "if (line.cancelled && line.quantity < 0) return",
  }),
  cancel("C12 the credit of a subscription", {
    rule: "C12",
    mistake: "a term gives back everything",
    file: "src/cancellations/editions.ts",
    from: 'const refund = kind === "perpetual" ? "full" : "prorated";',
    to: 'const refund = kind === "reservation" ? "prorated" : "full";',
  }),
  cancel("C8 C9 C10 C11 C12 C13 a cancellation", {
    rule: "C13",
    mistake: "a cancellation is said to be sent and is not",
    file: "src/cancellations/send.ts",
    from: "      await write(desk, rows, call);\n",
    to: "",
  }),
  support("S1 S4 a button opens it", {
    rule: "S1",
    mistake: "the support form opens without what is known",
    file: "src/slack/support/form.ts",
    from: "element: typed(inputs.supportOrder, 64, form.orderOrSubscriptionId),",
    to: 'element: typed(inputs.supportOrder, 64, ""),',
  }),
  support("S2 S3 S4 S5 S7", {
    rule: "S2",
    mistake: "the problem type is not said to Microsoft",
    file: "src/support-requests/api-desk.ts",
    from: "description: `${supportCase.problemType}\\n${supportCase.description}`,",
    to: "description: supportCase.description,",
  }),
  support("S2 S3 S4 S5 S7", {
    rule: "S3",
    mistake: "every request has the least impact",
    file: "src/support-requests/file.ts",
    from: "impact: row.impact,",
    to: 'impact: "minimal",',
  }),
  support("S2 S3 S4 S5 S7", {
    rule: "S4",
    mistake: "the description leaves out the customer's tenant",
    file: "src/support-requests/compose.ts",
    from: "    { label: label.tenant, text: request.tenant },\n",
    to: "",
  }),
  support("S2 S3 S4 S5 S7", {
    rule: "S5",
    mistake: "the contact is left out",
    file: "src/support-requests/file.ts",
    from: "description: composeWithContact(row,",
    to: "description: ((...[, language]: [typeof row, string]) => `${language} ${row.id} ${row.tenant} ${row.order_or_subscription_id} ${row.reason} ${row.amount_requested}`)(row,",
  }),
  support("S6 invariant 6: are fetched", {
    rule: "S6",
    mistake: "a file is what its name says",
    file: "src/support-requests/keep-files.ts",
    from: "isTakenType(about.name) && isWhatItSays(about.name, bytes)",
    to: "isTakenType(about.name) || isWhatItSays(about.name, bytes)",
  }),
  support("S7 the form sent again", {
    rule: "S7",
    mistake: "a form that is sent twice is two requests",
    file: "src/support-requests/request.ts",
    from: "form_token: input.formToken,",
    to: "form_token: randomUUID(),",
  }),
];

/** Of what guards money. */
const money: Mutant[] = [
  {
    rule: "invariant 2",
    mistake: "a repeat goes out under a new request id",
    file: "src/requests/send-once.ts",
    from: "const requestId = first.ms_request_id ?? randomUUID();",
    to: "const requestId = randomUUID();",
    tests: ["test/purchases/outcomes.test.ts"],
  },
  {
    rule: "invariant 2",
    mistake: "a request that another worker holds is taken as well",
    file: "src/requests/claim.ts",
    from: "and (leased_until is null or leased_until <= ${now})",
    to: "",
    tests: ["test/requests", "test/purchases/outcomes.test.ts"],
  },
  {
    rule: "invariant 2",
    mistake: "a worker that lost its lease still writes",
    file: "src/requests/move.ts",
    from: 'update = row.lease === null ? update.where("lease", "is", null) : update.where("lease", "=", row.lease);\n',
    to: "",
    tests: ["test/requests"],
  },
  {
    rule: "invariant 2",
    mistake: "a request moves from wherever it stands",
    file: "src/requests/move.ts",
    from: '    .where("status", "=", row.status as RequestRows["purchase"]["status"]);',
    to: ";",
    tests: ["test/requests"],
  },
  {
    rule: "invariant 3",
    mistake: "a final status is left again",
    file: "src/requests/move.ts",
    from: "if (!requestMoves[kind][row.status]?.includes(to))",
    to: "if (requestMoves[kind][row.status] === undefined)",
    tests: ["test/requests"],
  },
  {
    rule: "invariant 2",
    mistake: "a repeat that is refused is believed without a look",
    file: "src/requests/send-once.ts",
    from: 'if (landed !== "read" && !row.perhaps_sent) return',
    to: 'if (landed !== "read") return',
    tests: ["test/purchases/outcomes.test.ts"],
  },
  {
    rule: "invariant 3",
    mistake: "nobody is told of what can't be found out",
    file: "src/requests/send-once.ts",
    from: 'if (age > searchLimitMs) return rest("needs_person", failure);',
    to: "",
    tests: ["test/purchases/outcomes.test.ts", "test/cancellations/send.test.ts"],
  },
  {
    rule: "B1",
    mistake: "a price that rose is paid",
    file: "src/purchases/compare.ts",
    from: "return found.hash === frozenHash(row) ?",
    to: "return found.lines.length === row.lines.length ?",
    tests: ["test/purchases/place-compare.test.ts"],
  },
  {
    rule: "B1",
    mistake: "the quantity is no part of what was confirmed",
    file: "src/purchases/freeze.ts",
    from: "      line.quantity,\n",
    to: "",
    tests: ["test/approvals", "test/purchases/place-compare.test.ts", "test/purchases/lines.test.ts"],
  },
  {
    rule: "B1",
    mistake: "a click on an older price confirms the newer one",
    file: "src/purchases/confirm.ts",
    from: "if (hashOf(purchase, purchase) !== input.hash)",
    to: 'if (input.hash === "")',
    tests: ["test/purchases", "test/approvals"],
  },
  {
    rule: "B1",
    mistake: "anybody may confirm what somebody else was quoted",
    file: "src/purchases/confirm.ts",
    from: '    .where("person_id", "=", agent.personId)\n',
    to: "",
    tests: ["test/purchases", "test/flows/people.test.ts", "test/access"],
  },
  {
    rule: "approvals",
    mistake: "who buys approves it as well",
    file: "src/approvals/decide.ts",
    from: "if (isSamePerson(agent, { personId: purchase.person_id, email: purchase.requester_user }))",
    to: 'if (purchase.person_id === "")',
    tests: ["test/approvals"],
  },
  {
    rule: "approvals",
    mistake: "an approval counts for whatever the content is by now",
    file: "src/approvals/decide.ts",
    from: "|| purchase.frozen_hash !== seen.hash)",
    to: ")",
    tests: ["test/approvals"],
  },
  {
    rule: "approvals",
    mistake: "whoever sees the question may answer it",
    file: "src/approvals/decide.ts",
    from: "if (!purchase.approvers.includes(agent.slackUserId))",
    to: "if (purchase.approvers.length === 0)",
    tests: ["test/approvals"],
  },
  {
    rule: "C1",
    mistake: "what waited past its deadline is sent all the same",
    file: "src/cancellations/send.ts",
    from: "if (deadlineAt !== null && deadlineAt <= desk.clock.now())",
    to: "if (deadlineAt === undefined)",
    tests: ["test/cancellations/send.test.ts", "test/cancellations/grace.test.ts"],
  },
  {
    rule: "C9",
    mistake: "a cancellation that does not show is waited for in silence",
    file: "src/cancellations/follow.ts",
    from: 'elapsed >= overdueAfterMs ? "overdue" : row.status',
    to: "row.status",
    tests: ["test/cancellations/follow.test.ts"],
  },
  {
    rule: "C12",
    mistake: "any credit is the right one",
    file: "src/cancellations/watch-credit.ts",
    from: "return apart <= tolerance;",
    to: "return apart >= 0n;",
    tests: ["test/cancellations/watch-credit.test.ts"],
  },
  {
    rule: "budget",
    mistake: "calls leave although the budget is spent",
    file: "src/db/call-budget.ts",
    from: "blocked = 0 and tokens >= 1 +",
    to: "blocked = 0 and tokens >= -100000 +",
    tests: ["test/partner-center/budget.test.ts"],
    title: "the call budget",
  },
  {
    rule: "invariant 2",
    mistake: "a message whose answer was lost is posted again unseen",
    file: "src/messages/deliver.ts",
    from: "if (message.posting_since !== null) {",
    to: "if (message.posting_since !== null && message.attempts < 0) {",
    tests: ["test/messages/deliver.test.ts"],
  },
];

/** Of what guards secrets and who sees them. */
const secrets: Mutant[] = [
  {
    rule: "K1",
    mistake: "a global admin gets keys",
    file: "src/access/rights.ts",
    from: 'keys: ["admin_agent"],',
    to: 'keys: ["admin_agent", "global_admin"],',
    tests: ["test/access/rights.test.ts"],
  },
  {
    rule: "A1",
    mistake: "an admin agent reads the activity",
    file: "src/access/rights.ts",
    from: 'activity: ["global_admin",',
    to: 'activity: ["admin_agent", "global_admin",',
    tests: ["test/access/rights.test.ts"],
  },
  {
    rule: "invariant 7",
    mistake: "roles count however old they are",
    file: "src/access/authorise.ts",
    from: "age > desk.timings.rolesMaxAgeSeconds * 1_000",
    to: "age < 0",
    tests: ["test/access/authorise.test.ts"],
  },
  {
    rule: "K1",
    mistake: "one person may be shown any number of keys",
    file: "src/fulfilment/reveal-intent.ts",
    from: "    if (limit) {\n",
    to: "    if (limit?.limit === -1) {\n",
    tests: ["test/key-requests/reveal.test.ts"],
  },
  {
    rule: "K3",
    mistake: "a package that is not offered is handed over",
    file: "src/fulfilment/reveal.ts",
    from: "!offered.some((one)",
    to: "offered.length === 0 && !offered.some((one)",
    tests: ["test/key-requests/reveal.test.ts"],
  },
  {
    rule: "C10",
    mistake: "what was deposited outlives its cancellation",
    file: "src/vault/destroy.ts",
    from: ".set({ wrapped_key: null, destroyed_at: now, updated_at: now })",
    to: ".set({ updated_at: now })",
    tests: ["test/vault/vault.test.ts", "test/fulfilment/deposit.test.ts"],
  },
  {
    rule: "invariant 6",
    mistake: "a sealed secret opens in any place",
    file: "src/vault/envelope.ts",
    from: 'JSON.stringify(["csp-desk secret", version, secretId, workspaceId, customerId, subjectId, kind])',
    to: 'JSON.stringify(["csp-desk secret", version, secretId.slice(0, 0), [workspaceId, customerId, subjectId, kind].length])',
    tests: ["test/vault/vault.test.ts"],
  },
  {
    rule: "K1",
    mistake: "a link of another workspace is found by its id",
    file: "src/fulfilment/links.ts",
    from: '    .where("id", "=", linkId)\n    .where("workspace_id", "=", agent.workspaceId)\n',
    to: '    .where("id", "=", linkId)\n',
    tests: ["test/fulfilment/links.test.ts", "test/access"],
  },
  {
    rule: "K4",
    mistake: "a link that was shown to a colleague is counted for anybody",
    file: "src/fulfilment/links.ts",
    from: "if (!shown) throw",
    to: "if (shown === null) throw",
    tests: ["test/fulfilment/links.test.ts"],
  },
  {
    rule: "A3",
    mistake: "the chain says nothing of the details",
    file: "src/activity/record.ts",
    from: "    sortKeys(entry.details),\n",
    to: "",
    tests: ["test/activity/chain.test.ts"],
  },
  {
    rule: "A3",
    mistake: "two acts at one moment take the same place in the chain",
    file: "src/activity/record.ts",
    from: "from lock_activity_head(${entry.workspaceId})`",
    to: "from activity where workspace_id = ${entry.workspaceId} order by sequence desc limit 1`",
    tests: ["test/activity/chain.test.ts"],
  },
  {
    rule: "invariant 8",
    mistake: "a formula runs in the spreadsheet that opens an export",
    file: "src/activity/csv.ts",
    from: "formula.test(value) ?",
    to: 'value === "=" ?',
    tests: ["test/activity/export.test.ts"],
    title: "A3 a CSV file",
  },
  {
    rule: "invariant 8",
    mistake: "a customer's name can mention a channel",
    file: "src/slack/blocks/escape.ts",
    from: '.replaceAll("<", "&lt;").replaceAll(">", "&gt;");',
    to: ";",
    tests: ["test/slack/worst-case.test.ts", "test/slack/messages.test.ts"],
  },
  {
    rule: "invariant 6",
    mistake: "whatever is given to the log is written",
    file: "src/desk/log.ts",
    from: ".filter(([name]) => allowed.has(name))",
    to: '.filter(([name]) => name !== "")',
    tests: ["test/desk/log.test.ts"],
  },
  {
    rule: "invariant 7",
    mistake: "a request that Slack did not sign is served",
    file: "src/slack/gate.ts",
    from: "checkSignature(request, body, options.signingSecret) ?? checkBody(request, body)",
    to: "checkBody(request, body)",
    tests: ["test/slack/edge.test.ts"],
  },
  {
    rule: "invariant 7",
    mistake: "a request that was recorded long ago is served again",
    file: "src/slack/gate.ts",
    from: "if (skew <= mostSkewSeconds) return null;",
    to: "if (skew >= 0) return null;",
    tests: ["test/slack/edge.test.ts"],
  },
  {
    rule: "S6",
    mistake: "a file is fetched from wherever its address says, with our token",
    file: "src/slack/files.ts",
    from: 'if (!options.isOurs(address)) return problem("elsewhere");',
    to: "",
    tests: ["test/slack/files.test.ts"],
  },
  {
    rule: "G2",
    mistake: "whoever signs in is taken for the person at Slack",
    file: "src/connections/complete.ts",
    from: 'if (expected === "" || signedIn.userPrincipalName.toLowerCase() !== expected.toLowerCase())',
    to: 'if (expected === "")',
    tests: ["test/connections/connect.test.ts"],
  },
  {
    rule: "G2",
    mistake: "a sign-in ends in another browser than it began in",
    file: "src/connections/complete.ts",
    from: '|| !isSame(found.cookie_hash ?? "", hashToken(cookie))) return null;',
    to: ") return null;",
    tests: ["test/connections/connect.test.ts"],
  },
];

export const mutants: readonly Mutant[] = [...rules, ...money, ...secrets];
