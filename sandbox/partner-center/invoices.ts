import { setImmediate } from "node:timers/promises";
import type { FastifyInstance } from "fastify";
import { type Charge, chargesOf } from "./billing.ts";
import { malformed, refusal } from "./errors.ts";
import { amount } from "./offers.ts";
import {
  PARTNER_MPN_ID,
  PARTNER_TENANT_ID,
  type RoleName,
  type SeedCustomer,
  type SeedMarket,
  seedMarkets,
} from "./seed.ts";
import { type Call, serve } from "./service.ts";
import type { Order, State } from "./state.ts";
import { partnerCenter } from "./tokens.ts";
import { collection, forwardPage, link, offsetPage, wireDate } from "./wire.ts";

const billingRoles: readonly RoleName[] = ["Admin agent", "Global admin", "Account admin"];
/** Lines of a month are on an invoice from this day of the next month on. */
const invoiceDay = 6;
const largestLinePage = 2000;
const ordersAtOnce = 5_000;
const theEnd = new Date(8.64e15);
const currencies = [
  ...new Map(Object.values(seedMarkets).map((market) => [market.currencyCode, market])).values(),
];

/** One calendar month (`2026-03`) in one currency. */
interface Period {
  month: string;
  currency: SeedMarket;
}

interface Invoice extends Period {
  id: string;
  date: Date;
  total: number;
}

/** Invoices, their one-time lines and the lines not yet billed (page invoice-resources). */
export function serveInvoices(app: FastifyInstance, state: State): void {
  const admit = partnerCenter(state, { roles: billingRoles });
  const admitUser = partnerCenter(state, { roles: billingRoles, userOnly: true });
  const ledger = new Ledger(state);

  serve(app, state, {
    method: "GET",
    path: "/v1/invoices",
    admit,
    handle: async (call) => {
      const invoices = await ledger.invoices();
      return { status: 200, body: offsetPage(call, invoices.map(invoiceBody)) };
    },
  });
  serve(app, state, {
    method: "GET",
    path: "/v1/invoices/summary",
    admit,
    handle: async () => {
      const [first] = summaries(state, await ledger.invoices());
      if (first === undefined) throw refusal(404, 1000, "There is no invoice yet.");
      return { status: 200, body: first };
    },
  });
  serve(app, state, {
    method: "GET",
    path: "/v1/invoices/summaries",
    admit: admitUser,
    handle: async () => {
      const bodies = summaries(state, await ledger.invoices());
      return { status: 200, body: collection(bodies, "/invoices/summaries") };
    },
  });
  serve(app, state, {
    method: "GET",
    path: "/v1/invoices/:invoiceId",
    admit: admitUser,
    handle: async (call) => {
      const body = invoiceBody(await invoiceOf(ledger, call));
      const pdfDownloadLink = `/invoices/${body.id}/documents/statement`;
      return { status: 200, body: { ...body, pdfDownloadLink } };
    },
  });
  serve(app, state, {
    method: "GET",
    path: "/v1/invoices/:invoiceId/lineitems",
    admit,
    handle: (call) => {
      const { get } = lowerCased(call);
      return billedLines(state, ledger, call, get("provider"), get("invoicelineitemtype"));
    },
  });
  serve(app, state, {
    method: "GET",
    path: "/v1/invoices/:invoiceId/lineitems/:provider/:type",
    admit,
    handle: (call) =>
      billedLines(state, ledger, call, call.params.provider?.toLowerCase(), call.params.type?.toLowerCase()),
  });
  serve(app, state, {
    method: "GET",
    path: "/v1/invoices/unbilled/lineitems",
    admit,
    handle: (call) => ({ status: 200, body: unbilledLines(state, call) }),
  });
}

async function billedLines(
  state: State,
  ledger: Ledger,
  call: Call,
  provider: string | undefined,
  type: string | undefined,
) {
  requireBillingLines(provider, type);
  const invoice = await invoiceOf(ledger, call);
  return { status: 200, body: linePage(state, call, invoice, invoice.id) };
}

function unbilledLines(state: State, call: Call) {
  const { get } = lowerCased(call);
  requireBillingLines(get("provider"), get("invoicelineitemtype"));
  const code = get("currencycode")?.toUpperCase();
  const currency = currencies.find(({ currencyCode }) => currencyCode === code);
  if (currency === undefined) throw malformed("The currency code is missing or not valid.");
  const now = state.now();
  const thisMonth = monthOf(now);
  switch (get("period")) {
    case undefined:
    case "current":
      return linePage(state, call, { month: thisMonth, currency }, "");
    case "previous": {
      const month = monthOf(new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1)));
      const unbilled = invoiceDate(month) > now;
      return linePage(state, call, unbilled ? { month, currency } : null, "");
    }
    default:
      throw malformed("The period is current or previous.");
  }
}

/** Query names are read in any case. */
function lowerCased(call: Call) {
  const query = new Map([...call.query].map(([name, value]) => [name.toLowerCase(), value.toLowerCase()]));
  return { get: (name: string) => query.get(name) };
}

function requireBillingLines(provider: string | undefined, type: string | undefined): void {
  if (!["onetime", "one_time", "all"].includes(provider ?? "")) {
    throw malformed("The billing provider is missing or not supported.");
  }
  if (!["billinglineitems", "billing_line_items"].includes(type ?? "")) {
    throw malformed("The invoice line item type is missing or not supported.");
  }
}

/** The lines of a period, customer by customer: a page goes on where the one before it ended. */
function linePage(state: State, call: Call, period: Period | null, invoiceNumber: string) {
  const customers = [...state.customers.values()];
  return forwardPage(call, largestLinePage, ([first = 0, skipped = 0], size) => {
    const items: unknown[] = [];
    for (let position = first; period !== null && position < customers.length; position += 1) {
      const customer = customers[position];
      if (customer === undefined) break;
      const charges = chargesIn(state, customer, period);
      for (let index = position === first ? skipped : 0; index < charges.length; index += 1) {
        if (items.length === size) return { items, rest: [position, index] };
        const charge = charges[index];
        if (charge) items.push(lineBody(customer, charge, invoiceNumber));
      }
    }
    return { items, rest: null };
  });
}

function chargesIn(state: State, customer: SeedCustomer, { month, currency }: Period): Charge[] {
  if (seedMarkets[customer.country]?.currencyCode !== currency.currencyCode) return [];
  return state.orders
    .of(customer.id)
    .flatMap((order) => [...chargesOf(order, terms(state))])
    .filter(({ at }) => monthOf(at) === month);
}

function terms(state: State) {
  return {
    now: state.now(),
    fullRefundOnFirstDay: state.settings.fullRefundOnFirstDay,
    credits: state.credits,
  };
}

/** Sums by month and currency. */
class Ledger {
  readonly #state: State;
  #history: { fullRefundOnFirstDay: boolean; sums: Promise<Map<string, number>> } | null = null;

  constructor(state: State) {
    this.#state = state;
  }

  /** The invoices that exist by now, newest first. */
  async invoices(): Promise<Invoice[]> {
    const now = this.#state.now();
    return [...(await this.#sums())]
      .map(([key, total]): Invoice => {
        const [month = "", code = ""] = key.split(" ");
        const place = currencies.findIndex(({ currencyCode }) => currencyCode === code);
        const currency = currencies[place];
        if (currency === undefined) throw new Error(`no market has the currency ${code}`);
        const id = `G${month.replace("-", "")}${String(place + 1).padStart(3, "0")}`;
        return { id, month, currency, date: invoiceDate(month), total };
      })
      .filter(({ date }) => date <= now)
      .sort((a, b) => b.id.localeCompare(a.id));
  }

  async #sums(): Promise<Map<string, number>> {
    const sums = new Map(await this.#ofHistory());
    for (const order of this.#state.orders.kept()) {
      if (order.generated) add(sums, chargesOf(this.#asGenerated(order), this.#everything()), -1);
      add(sums, chargesOf(order, this.#everything()));
    }
    return sums;
  }

  /** Walks the generated history once, a million lines in some seconds, and lets others in between. */
  #ofHistory(): Promise<Map<string, number>> {
    const { fullRefundOnFirstDay } = this.#everything();
    if (this.#history?.fullRefundOnFirstDay !== fullRefundOnFirstDay) {
      this.#history = { fullRefundOnFirstDay, sums: this.#walkHistory() };
    }
    return this.#history.sums;
  }

  async #walkHistory(): Promise<Map<string, number>> {
    const sums = new Map<string, number>();
    let walked = 0;
    for (const order of this.#state.history?.everyOrder() ?? []) {
      add(sums, chargesOf(order, this.#everything()));
      walked += 1;
      if (walked % ordersAtOnce === 0) await setImmediate(undefined, { signal: this.#state.closing.signal });
    }
    return sums;
  }

  /** Charges of months to come do no harm: only months that are over are on an invoice. */
  #everything() {
    return { ...terms(this.#state), now: theEnd };
  }

  #asGenerated(order: Order): Order {
    const until = this.#state.history?.until ?? theEnd;
    const lines = order.lines.map((line) => ({
      ...line,
      cancellation: line.cancellation && line.cancellation.acceptedAt < until ? line.cancellation : null,
    }));
    return { ...order, lines };
  }
}

function add(sums: Map<string, number>, charges: Iterable<Charge>, sign: 1 | -1 = 1): void {
  for (const { order, at, total } of charges) {
    const key = `${monthOf(at)} ${order.market.currencyCode}`;
    sums.set(key, (sums.get(key) ?? 0) + sign * total);
  }
}

async function invoiceOf(ledger: Ledger, call: Call): Promise<Invoice> {
  const invoice = (await ledger.invoices()).find(({ id }) => id === call.params.invoiceId);
  if (invoice === undefined) throw refusal(404, 1000, "The invoice was not found.");
  return invoice;
}

function monthOf(instant: Date): string {
  return instant.toISOString().slice(0, 7);
}

function firstOf(month: string, monthsLater = 0, day = 1): Date {
  return new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)) - 1 + monthsLater, day));
}

function invoiceDate(month: string): Date {
  return firstOf(month, 1, invoiceDay);
}

function invoiceBody({ id, month, currency, date, total }: Invoice) {
  const uri = `/invoices/${id}/lineitems?provider=onetime&invoicelineitemtype=billinglineitems&size=${largestLinePage}`;
  return {
    id,
    invoiceDate: wireDate(date),
    billingPeriodStartDate: wireDate(firstOf(month)),
    billingPeriodEndDate: wireDate(new Date(firstOf(month, 1).getTime() - 1)),
    totalCharges: amount(total, currency),
    paidAmount: 0,
    currencyCode: currency.currencyCode,
    currencySymbol: currency.currencySymbol,
    documentType: "invoice",
    invoiceType: "OneTime",
    invoiceDetails: [
      {
        invoiceLineItemType: "billing_line_items",
        billingProvider: "one_time",
        links: { self: link(uri) },
        attributes: { objectType: "InvoiceDetail" },
      },
    ],
    links: { self: link(`/invoices/${id}`) },
    attributes: { objectType: "Invoice" },
  };
}

function summaries(state: State, all: readonly Invoice[]) {
  const byCurrency = Map.groupBy(all, ({ currency }) => currency);
  return [...byCurrency]
    .sort(([a], [b]) => currencies.indexOf(a) - currencies.indexOf(b))
    .map(([currency, invoices]) => {
      const summary = {
        balanceAmount: amount(
          invoices.reduce((sum, { total }) => sum + total, 0),
          currency,
        ),
        currencyCode: currency.currencyCode,
        currencySymbol: currency.currencySymbol,
        accountingDate: wireDate(state.now()),
        firstInvoiceCreationDate: wireDate(invoices.at(-1)?.date ?? state.now()),
        latestInvoiceDate: wireDate(invoices[0]?.date ?? state.now()),
        attributes: { objectType: "InvoiceSummary" },
      };
      return { ...summary, details: [{ invoiceType: "OneTime", summary }] };
    });
}

function lineBody(customer: SeedCustomer, charge: Charge, invoiceNumber: string) {
  const { order, line, quantity, total } = charge;
  const { market } = order;
  const { product, sku, subscriptionId, termDuration } = line;
  const subtotal = Math.round(total / market.taxFactor);
  const money = (units: number) => amount(units, market);
  const termText = termDuration === "P3Y" ? "Three-Year" : "One-Year";
  return {
    partnerId: PARTNER_TENANT_ID,
    customerId: customer.id,
    customerName: customer.companyName,
    customerDomainName: customer.domain,
    customerCountry: customer.country,
    invoiceNumber,
    mpnId: PARTNER_MPN_ID,
    resellerMpnId: 0,
    orderId: order.alternateId,
    orderDate: wireDate(order.createdAt),
    productId: product.id,
    skuId: sku.id,
    availabilityId: line.catalogItemId.split(":")[2],
    productName: product.title,
    skuName: sku.title,
    productQualifiers: [],
    chargeType: charge.type,
    unitPrice: money(line.unitPrice),
    effectiveUnitPrice: money(Math.round(Math.abs(total) / line.quantity)),
    unitType: "",
    quantity,
    subtotal: money(subtotal),
    taxTotal: money(total - subtotal),
    totalForCustomer: money(total),
    currency: market.currencyCode,
    publisherName: product.publisherName,
    publisherId: "",
    subscriptionDescription: subscriptionId === null ? "" : (line.friendlyName ?? sku.title),
    subscriptionId: subscriptionId ?? "",
    ...(termDuration === null || charge.to === null
      ? { chargeStartDate: wireDate(charge.from), termAndBillingCycle: "" }
      : {
          chargeStartDate: wireDate(charge.from),
          chargeEndDate: wireDate(charge.to),
          termAndBillingCycle: `${termText} Subscription, billed ${order.billingCycle}`,
        }),
    alternateId: order.alternateId,
    priceAdjustmentDescription: "[]",
    discountDetails: "",
    pricingCurrency: market.currencyCode,
    pcToBCExchangeRate: 1,
    pcToBCExchangeRateDate: wireDate(charge.at),
    billableQuantity: quantity,
    billingFrequency: order.billingCycle,
    meterDescription: "",
    reservationOrderId: product.kind === "reservation" ? order.id : "",
    creditReasonCode: charge.type === "cancelImmediate" ? "Cancellation" : "",
    promotionId: "",
    invoiceLineItemType: "billing_line_items",
    billingProvider: "one_time",
    attributes: { objectType: "OneTimeInvoiceLineItem" },
  };
}
