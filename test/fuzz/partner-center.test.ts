import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  CLIENT_ID,
  CLIENT_SECRET,
  PARTNER_TENANT_ID,
  REFRESH_TOKEN,
  seedOrders,
} from "#sandbox/partner-center/seed.ts";
import type { Agent } from "#src/access/agent.ts";
import { refreshRoles } from "#src/access/refresh-roles.ts";
import { verifyChain } from "#src/activity/verify.ts";
import { assessLine } from "#src/cancellations/assess.ts";
import { listCatalog } from "#src/catalog/list.ts";
import { readOffer } from "#src/catalog/offer.ts";
import { Secret } from "#src/config/secret.ts";
import { findCustomers } from "#src/customers/find.ts";
import type { Desk } from "#src/desk/context.ts";
import { DeskError } from "#src/desk/errors.ts";
import { newGuid } from "#src/partner-center/guid.ts";
import type { Operation } from "#src/partner-center/modes.ts";
import { type PartnerCenter, PartnerCenterFailure, type WriteCall } from "#src/partner-center/port.ts";
import { listSoftware } from "#src/purchases/list-lines.ts";
import { ringOverdue } from "#src/requests/ring-overdue.ts";
import { identifyOrder } from "#src/support-requests/identify-order.ts";
import { requestCancellation } from "../ground/cancel.ts";
import { type DeskUnderTest, openDesk, partnerCenterOf } from "../ground/desk.ts";
import fc from "../ground/fast-check.ts";
import { tokensBy } from "../ground/grants.ts";
import { buy } from "../ground/purchase.ts";
import { runDue } from "../ground/run-due.ts";
import { clientOf } from "../partner-center/server.ts";
import { minute, readRow } from "../requests/acts.ts";
import { fileByApi } from "../support-requests/cases.ts";
import {
  jsonIn,
  type Listening,
  send,
  serve,
  startWire,
  type Tampering,
  tampered,
  tamperings,
  type WireAnswer,
} from "./answers.ts";
import { bounded, patience, Tally, within } from "./bounded.ts";
import { shapes } from "./port-shapes.ts";

/**
 * Partner Center's answers, changed on the way. Each operation gives a value of its port's type or a failure of a fitting kind,
 * and what stands on top of it ends where requests may end.
 */

const tally = new Tally();
/** Every answer comes or breaks off; a busy machine is no reason to take one for lost. */
const patienceMs = 60_000;
afterAll(() => tally.print("Fuzzing Partner Center's answers"));

const write = (): WriteCall => ({ requestId: newGuid(), correlationId: newGuid() });
const writes = new Set<Operation>([
  "createCart",
  "checkoutCart",
  "cancelOrderLines",
  "cancelSubscription",
  "createServiceRequest",
  "updateServiceRequest",
]);
/** Their answer may be empty, and what is in it is not read. */
const anyAnswerWillDo = new Set<Operation>(["cancelSubscription", "updateServiceRequest"]);

type Call = (partnerCenter: PartnerCenter) => Promise<unknown>;

describe("invariant 2: whatever is answered to one call", () => {
  let under: DeskUnderTest;
  let recorded: { operation: Operation; call: Call; answers: WireAnswer[] }[];
  let played: Listening;
  let elsewhere: Listening;
  let strangers = 0;
  /** What the next calls are answered, the last for all that follow. */
  let script: (WireAnswer | null)[] = [];
  let asked = 0;

  beforeAll(async () => {
    under = await openDesk();
    recorded = await record(under);
    played = await serve((_request, _body, response) => {
      const answer = script[Math.min(asked, script.length - 1)];
      asked += 1;
      send(response, answer ?? null);
    });
    elsewhere = await serve((_request, _body, response) => {
      strangers += 1;
      response.end("{}");
    });
  }, 240_000);

  afterAll(async () => {
    await Promise.all([played.close(), elsewhere.close(), under.close()]);
  });

  /** The call's outcome, with the answers of this script in their order. */
  async function outcomeOf(call: Call, answers: (WireAnswer | null)[]): Promise<Outcome> {
    script = answers;
    asked = 0;
    try {
      const value = await call(clientOf(played.url, { timeoutMs: patienceMs }));
      return { value };
    } catch (error) {
      return { error };
    }
  }

  function expectFitting(operation: Operation, outcome: Outcome, told: string): void {
    tally.add(operation);
    if ("value" in outcome) {
      const fits = shapes[operation].safeParse(outcome.value);
      expect(fits.success ? [] : fits.error.issues, told).toEqual([]);
      return;
    }
    expect(outcome.error, `${operation} threw ${String(outcome.error)} (${told})`).toBeInstanceOf(
      PartnerCenterFailure,
    );
  }

  test(
    "changed anywhere, cut, replaced or broken off: a value of the port's type or a failure",
    patience,
    async () => {
      expect(new Set(recorded.map(({ operation }) => operation))).toEqual(new Set(Object.keys(shapes)));
      await fc.assert(
        fc.asyncProperty(
          fc.nat(),
          fc.nat(),
          tamperings,
          within(12, async (which, at, tampering) => {
            const one = recorded[which % recorded.length];
            if (!one) throw new Error("nothing was recorded");
            const place = at % one.answers.length;
            const answers = one.answers.map((answer, index) =>
              index === place ? tampered(answer, tampering) : answer,
            );
            const outcome = await outcomeOf(one.call, answers);
            expectFitting(one.operation, outcome, JSON.stringify(tampering).slice(0, 300));
            expectNoFalseWord(
              one.operation,
              outcome,
              place === one.answers.length - 1,
              answers[place] ?? null,
            );
          }),
        ),
        bounded(2_500),
      );
      expect(strangers).toBe(0);
    },
  );

  /** No refusal and no success of a write that the answer does not say. */
  function expectNoFalseWord(
    operation: Operation,
    outcome: Outcome,
    last: boolean,
    answer: WireAnswer | null,
  ): void {
    if (!last || !writes.has(operation)) return;
    const failure = "error" in outcome ? (outcome.error as PartnerCenterFailure) : null;
    if (answer === null) {
      expect(failure?.kind).toBe("retry_same_id");
      return;
    }
    const taken = answer.status >= 200 && answer.status < 300;
    if (!taken) expect(failure).not.toBeNull();
    if (taken && failure) expect(failure.kind).toBe("unreadable");
    if (failure?.kind === "refused") expect(answer.status).toBeGreaterThanOrEqual(400);
    const object = taken && typeof jsonIn(answer.body) === "object" && jsonIn(answer.body) !== null;
    if (!object && !anyAnswerWillDo.has(operation)) expect(failure).not.toBeNull();
  }

  test("what was found once: names of JavaScript's own, halves of characters, numbers that nobody counts by, headers in a value", async () => {
    const ask = async (operation: Operation, change: (body: string) => string) => {
      const one = recorded.find((candidate) => candidate.operation === operation);
      if (!one) throw new Error(`${operation} was not recorded`);
      const answers = one.answers.map((answer) => ({
        ...answer,
        body: Buffer.from(change(String(answer.body))),
      }));
      tally.add(operation);
      return outcomeOf(one.call, answers);
    };
    const named = await ask("createCart", (body) => {
      const cart = JSON.parse(body.replace(/^\ufeff/, ""));
      cart.lineItems[0].error = { errorCode: "constructor" };
      return JSON.stringify(cart);
    });
    expect(named).toMatchObject({ value: { lines: [{ error: { code: 0 } }] } });
    const titled = await ask("getProduct", (body) => body.replace(/"title":\s*"/, '"title":"\\u0000\\ud800'));
    expect(titled).toMatchObject({ value: { title: expect.stringMatching(/^\ufffd\ufffd/) } });
    for (const quantity of ["1.5", "-1", "1e300", "2147483648"]) {
      const counted = await ask("getOrder", (body) =>
        body.replaceAll(/"quantity":\s*\d+/g, `"quantity":${quantity}`),
      );
      expect(counted).toMatchObject({ error: { kind: "unreadable" } });
    }
    const tagged = await ask("getSubscription", (body) =>
      JSON.stringify({ ...JSON.parse(body.replace(/^\ufeff/, "")), attributes: { etag: "a\r\nb: c" } }),
    );
    expect(tagged).toMatchObject({ error: { kind: "unreadable" } });
    const half = await outcomeOf((at) => at.getCustomer({ customerId: "\ud800" }), []);
    expect(half).toMatchObject({ error: { name: "PartnerCenterFailure", kind: "refused", status: 0 } });
  });

  test(
    "pages that lead to another server, in a circle or nowhere: no token leaves, and there is an end",
    patience,
    async () => {
      const paged = recorded.filter(({ answers }) => {
        const first = answers[0] && jsonIn(answers[0].body);
        return typeof first === "object" && first !== null && "items" in first;
      });
      expect(paged.length).toBeGreaterThanOrEqual(8);
      const port = new URL(elsewhere.url).host;
      const uris = fc.oneof(
        fc.constantFrom(
          elsewhere.url,
          `${elsewhere.url}/v1/customers`,
          `//${port}/v1/customers`,
          `\\\\${port}\\v1`,
          `http:${port}`,
          `HTTP://${port}/`,
          ` ${elsewhere.url}`,
          `@${port}/`,
          `:80@${port}/`,
          `.${port}`,
          `/v1/../../..//${port}/`,
          `http://127.0.0.1@${port}/`,
          "javascript:alert(1)",
          "file:///etc/passwd",
          "http://[",
          "/customers",
          "customers?seekOperation=Next",
          "\u0000",
        ),
        fc.webUrl(),
        fc.string({ unit: "binary", maxLength: 100 }),
      );
      const headers = fc.array(
        fc.record({
          key: fc.constantFrom(
            "MS-ContinuationToken",
            "Authorization",
            "Host",
            "ms-x\r\nEvil",
            "Content-Length",
          ),
          value: fc.oneof(
            fc.constantFrom("token", "é", "a\r\nb: c", ""),
            fc.string({ unit: "binary", maxLength: 50 }),
          ),
        }),
        { maxLength: 3 },
      );
      await fc.assert(
        fc.asyncProperty(
          fc.nat(),
          uris,
          headers,
          fc.option(fc.oneof(fc.string(), fc.constant("\r\nx"))),
          within(8, async (which, uri, linkHeaders, continuationToken) => {
            const one = paged[which % paged.length];
            const [first] = one?.answers ?? [];
            if (!one || !first) throw new Error("nothing was recorded");
            const body = {
              ...(jsonIn(first.body) as object),
              links: { next: { uri, headers: linkHeaders } },
              continuationToken,
            };
            const looped = { ...first, body: Buffer.from(JSON.stringify(body)) };
            expectFitting(one.operation, await outcomeOf(one.call, [looped]), uri);
            expect(asked).toBeLessThanOrEqual(201);
          }),
        ),
        bounded(150),
      );
      expect(strangers).toBe(0);
    },
  );

  test("a page of three hundred thousand items is read or refused, not choked on", patience, async () => {
    const item = `{"id":"1","name":"a"}`;
    const body = Buffer.from(`{"items":[${Array.from({ length: 300_000 }, () => item).join(",")}]}`);
    for (const operation of ["hasCustomerAgreement", "listRoles"] as const) {
      const one = recorded.find((candidate) => candidate.operation === operation);
      if (!one) throw new Error(`${operation} was not recorded`);
      const answers = [{ status: 200, headers: { "content-type": "application/json" }, body }];
      const outcome = await outcomeOf(one.call, answers);
      expectFitting(operation, outcome, "many items");
      expect("error" in outcome ? String(outcome.error) : "").toBe("");
    }
  });
});

type Outcome = { value: unknown } | { error: unknown };

/** Every operation once against the simulator, with everything that was answered on the way. */
async function record(
  under: DeskUnderTest,
): Promise<{ operation: Operation; call: Call; answers: WireAnswer[] }[]> {
  const heard: WireAnswer[] = [];
  const wire = await startWire(() => under.simulator.url, {
    hear: (answer, { url }) => {
      if (url.includes("/v1/")) heard.push(answer);
    },
  });
  const real = partnerCenterOf({ url: under.simulator.url }, under.clock);
  const watched = clientOf(wire.url, { clock: under.clock, tokens: tokensOf(under) });
  const { customerId, id: orderId } = seedOrders.recentPerpetual;
  const [product] = await real.listProducts({ customerId, targetView: "SoftwarePerpetual" });
  const productId = product?.id ?? "";
  const [sku] = await real.listSkus({ customerId, productId });
  const skuId = sku?.id ?? "";
  const [availability] = await real.listAvailabilities({ customerId, productId, skuId });
  const lines = [
    { id: 0, catalogItemId: availability?.catalogItemId ?? "", quantity: 1, billingCycle: "one_time" },
  ];
  const { id: cartId } = await real.createCart({ customerId, lines }, write());
  const order = await real.getOrder({ customerId, orderId });
  const subscribed = seedOrders.recentSubscription;
  const subscription = (await real.listSubscriptions({ customerId: subscribed.customerId })).find(
    (one) => one.orderId === subscribed.id,
  );
  if (!subscription) throw new Error("Contoso has no subscription");
  const [role] = await real.listRoles();
  const draft = {
    title: "Refund",
    description: "Bought by mistake",
    severity: "minimal" as const,
    supportTopicId: "32444671",
    locale: "en-US",
  };
  const { id } = await real.createServiceRequest(draft, write());
  const [invoice] = await real.listInvoices();
  const cancelled = order.lines
    .slice(0, 1)
    .map(({ lineItemNumber, offerId }) => ({ lineItemNumber, offerId }));
  const calls: Record<Operation, Call> = {
    searchCustomers: (at) => at.searchCustomers({ field: "CompanyName", startsWith: "C", size: 10 }),
    getCustomer: (at) => at.getCustomer({ customerId }),
    getBillingProfile: (at) => at.getBillingProfile({ customerId }),
    hasCustomerAgreement: (at) => at.hasCustomerAgreement({ customerId }),
    listProducts: (at) => at.listProducts({ customerId, targetView: "SoftwarePerpetual" }),
    getProduct: (at) => at.getProduct({ customerId, productId }),
    listSkus: (at) => at.listSkus({ customerId, productId }),
    getSku: (at) => at.getSku({ customerId, productId, skuId }),
    listAvailabilities: (at) => at.listAvailabilities({ customerId, productId, skuId }),
    checkInventory: (at) => at.checkInventory({ customerId, productId, skuId }),
    createCart: (at) => at.createCart({ customerId, lines }, write()),
    getCart: (at) => at.getCart({ customerId, cartId }),
    checkoutCart: (at) => at.checkoutCart({ customerId, cartId }, write()),
    listOrders: (at) => at.listOrders({ customerId }),
    getOrder: (at) => at.getOrder({ customerId, orderId }),
    cancelOrderLines: (at) => at.cancelOrderLines({ customerId, orderId, lines: cancelled }, write()),
    listSubscriptions: (at) => at.listSubscriptions({ customerId }),
    getSubscription: (at) =>
      at.getSubscription({ customerId: subscribed.customerId, subscriptionId: subscription.id }),
    cancelSubscription: (at) =>
      at.cancelSubscription({ customerId: subscribed.customerId, subscription }, write()),
    listRoles: (at) => at.listRoles(),
    listRoleMembers: (at) => at.listRoleMembers({ roleId: role?.id ?? "" }),
    createServiceRequest: (at) => at.createServiceRequest(draft, write()),
    listServiceRequests: (at) => at.listServiceRequests({}),
    getServiceRequest: (at) => at.getServiceRequest({ id }),
    updateServiceRequest: (at) => at.updateServiceRequest({ id, note: "A word" }, write()),
    listInvoices: (at) => at.listInvoices(),
    listInvoiceLines: (at) => at.listInvoiceLines({ invoiceId: invoice?.id ?? "" }),
    listUnbilledLines: (at) => at.listUnbilledLines({ currencyCode: "EUR", period: "current" }),
    listAuditRecords: (at) =>
      at.listAuditRecords({ from: "2026-11-01", to: "2026-11-23", continuation: null }),
  };
  const all = [];
  for (const [operation, call] of Object.entries(calls) as [Operation, Call][]) {
    heard.length = 0;
    await call(watched);
    all.push({ operation, call, answers: [...heard] });
  }
  await wire.close();
  return all;
}

/** The tokens of a desk under test. */
function tokensOf({ simulator, clock }: DeskUnderTest) {
  return tokensBy(
    {
      authority: simulator.url,
      tenantId: PARTNER_TENANT_ID,
      clientId: CLIENT_ID,
      clientSecret: new Secret(CLIENT_SECRET),
      clock,
    },
    new Secret(REFRESH_TOKEN),
  );
}

describe("invariants 2 and 3: whatever is answered to a request's calls", () => {
  let under: DeskUnderTest;
  let wire: Listening;
  let desk: Desk;
  /** What happens to the next answers, in their order. */
  let coming: (Tampering | null)[] = [];

  beforeAll(async () => {
    wire = await startWire(() => under.simulator.url, {
      plan: ({ url }) => (url.includes("/v1/") ? (coming.shift() ?? null) : null),
    });
    under = await openDesk();
    desk = {
      ...under.desk,
      partnerCenter: clientOf(wire.url, {
        clock: under.clock,
        tokens: tokensOf(under),
        timeoutMs: patienceMs,
      }),
    };
  }, 240_000);

  afterAll(async () => {
    await wire.close();
    await under.close();
  });

  const disturbances = fc.array(fc.option(tamperings, { freq: 2 }), { minLength: 1, maxLength: 12 });

  /** The agent with roles just read: what a long test advances the clock by makes them too old to act on. */
  async function agentOfNow(): Promise<Agent> {
    coming = [];
    await refreshRoles(under.desk);
    return under.agent();
  }

  /** Lets time pass until everything that is due has been done, or a day is over; answers come unchanged by and by. */
  async function passTime(done: () => Promise<boolean>): Promise<void> {
    for (let round = 0; round < 60 && !(await done()); round += 1) {
      under.clock.advance((round < 20 ? 1 : 30) * minute);
      if (round === 15) coming = [];
      await ringOverdue(desk);
      await runDue(desk);
    }
    coming = [];
  }

  const unexpected = () =>
    under.logged.filter((line) =>
      /TypeError|RangeError|SyntaxError|DatabaseError|invalid input|unsupported Unicode/.test(line),
    );

  test("B1 a purchase ends ordered once, refused, asked anew or with a person", patience, async () => {
    await fc.assert(
      fc.asyncProperty(
        disturbances,
        within(7, async (list) => {
          const agent = await agentOfNow();
          const purchaseId = await buy(under.desk, agent, { customer: 0 });
          coming = [...list];
          await runDue(desk);
          const rest = ["ordered", "partly_ordered", "refused", "changed", "needs_person"];
          await passTime(async () => rest.includes((await readRow(desk, "purchase", purchaseId)).status));
          tally.add("purchases");
          const row = await readRow(desk, "purchase", purchaseId);
          expect(rest, row.status).toContain(row.status);
          const orders = under.simulator
            .orders()
            .filter((order) => order.lines.some(({ friendlyName }) => friendlyName === purchaseId));
          expect(orders.length).toBeLessThanOrEqual(1);
          if (row.status === "refused" || row.status === "changed") expect(orders).toEqual([]);
          expect(unexpected()).toEqual([]);
        }),
      ),
      bounded(40),
    );
  });

  test("C9 a cancellation ends visible, refused or with a person", patience, async () => {
    const ended = ["visible", "refused", "needs_person"];
    await fc.assert(
      fc.asyncProperty(
        disturbances,
        within(7, async (list) => {
          const agent = await agentOfNow();
          const purchaseId = await buy(under.desk, agent, { customer: 0 });
          await runDue(under.desk);
          const [order] = (await readRow(desk, "purchase", purchaseId)).orders;
          const [line] = order?.lines ?? [];
          if (!order || !line) throw new Error("nothing was ordered");
          const { customer_id: customer } = await readRow(desk, "purchase", purchaseId);
          const { cancellationId } = await requestCancellation(under.desk, agent, {
            customerId: customer,
            orderId: order.orderId,
            lineItemNumber: line.lineItemNumber,
          });
          coming = [...list];
          await runDue(desk);
          await passTime(async () =>
            ended.includes((await readRow(desk, "cancellation", cancellationId)).status),
          );
          tally.add("cancellations");
          const row = await readRow(desk, "cancellation", cancellationId);
          const rests = ended.includes(row.status) || row.due_at !== null || row.next_look_at !== null;
          expect(rests, row.status).toBe(true);
          const real = under.simulator.orders().find(({ id }) => id === order.orderId);
          if (row.status === "visible") expect(real?.lines[0]?.cancellation).toBe("visible");
          if (row.status === "refused") expect(real?.lines[0]?.cancellation).toBe("none");
          expect(unexpected()).toEqual([]);
        }),
      ),
      bounded(40),
    );
  });

  test(
    "S7 C12 a support request, credits and everything that reads: an answer, a refusal in words, or a wait",
    patience,
    async () => {
      const { customerId, id: orderId } = seedOrders.recentPerpetual;
      const line = { customerId, orderId, lineItemNumber: 0 };
      let agent = await agentOfNow();
      const [software] = await listSoftware(desk, agent, { act: "cancel", customerId });
      if (!software) throw new Error("Contoso has no software");
      const reads: (() => Promise<unknown>)[] = [
        () => listSoftware(desk, agent, { act: "cancel", customerId }),
        () => assessLine(desk, agent, { line: software }),
        () => findCustomers(desk, agent, { act: "buy", query: "contoso" }),
        () => listCatalog(desk, agent, { customerId, query: "sql" }),
        () => readOffer(desk, agent, { customerId, productId: software.productId, skuId: software.skuId }),
        () => identifyOrder(desk, { customerId, orderOrSubscriptionId: orderId }),
        () => requestCancellation(desk, agent, line),
        () => buy(desk, agent, { customer: 0 }),
        () => fileByApi({ ...under, desk }, agent),
        () => refreshRoles(desk),
      ];
      await fc.assert(
        fc.asyncProperty(
          fc.nat({ max: reads.length - 1 }),
          disturbances,
          within(8, async (which, list) => {
            agent = await agentOfNow();
            coming = [...list];
            tally.add("verbs");
            try {
              await reads[which]?.();
            } catch (error) {
              const inWords = error instanceof DeskError || error instanceof PartnerCenterFailure;
              expect(inWords ? "" : `${which}: ${error instanceof Error ? error.stack : error}`).toBe("");
            }
            under.clock.advance(20 * minute);
            await ringOverdue(desk);
            await runDue(desk);
            expect(unexpected()).toEqual([]);
          }),
        ),
        bounded(120),
      );
      coming = [];
      expect(await verifyChain(desk.db, agent.workspaceId)).toMatchObject({ intact: true });
    },
  );
});
