import { z } from "zod";
import type { Invoice, InvoiceLine, PartnerCenter } from "./port.ts";
import type { Transport } from "./transport.ts";
import { id, instant, instantOrNull, money, number, or, orNull, word } from "./wire.ts";

const invoice = z
  .object({
    id,
    invoiceDate: instant,
    documentType: or(word, "invoice"),
    currencyCode: z.string(),
    billingPeriodStartDate: instantOrNull,
    billingPeriodEndDate: instantOrNull,
  })
  .transform(
    ({ billingPeriodStartDate, billingPeriodEndDate, ...rest }): Invoice => ({
      ...rest,
      billingPeriodStart: billingPeriodStartDate,
      billingPeriodEnd: billingPeriodEndDate,
    }),
  );

const line = z
  .object({
    invoiceNumber: orNull(z.string()),
    customerId: z.string(),
    orderId: or(id, ""),
    alternateId: orNull(z.string()),
    productId: or(z.string(), ""),
    skuId: or(id, ""),
    chargeType: or(z.string(), ""),
    quantity: number,
    subtotal: money,
    totalForCustomer: money,
    currency: z.string(),
  })
  .transform(
    ({ invoiceNumber, alternateId, totalForCustomer, currency, ...rest }): InvoiceLine => ({
      ...rest,
      invoiceId: invoiceNumber || null,
      alternateId: alternateId || null,
      total: totalForCustomer,
      currencyCode: currency,
    }),
  );

type InvoiceCalls = Pick<PartnerCenter, "listInvoices" | "listInvoiceLines" | "listUnbilledLines">;

/**
 * Invoices and their one-time lines, billed and not yet billed (pages get-a-collection-of-invoices, get-invoiceline-items,
 * get-invoice-unbilled-recon-lineitems).
 */
export function invoiceCalls(transport: Transport): InvoiceCalls {
  const lines = { provider: "onetime", invoicelineitemtype: "billinglineitems", size: "2000" };
  return {
    async listInvoices(call) {
      const invoices = await transport.readAll(
        {
          operation: "listInvoices",
          path: ["invoices"],
          schema: invoice,
          paging: { by: "offset", size: 200 },
        },
        call,
      );
      return invoices.sort((a, b) => Date.parse(b.invoiceDate) - Date.parse(a.invoiceDate));
    },

    listInvoiceLines: ({ invoiceId }, call) =>
      transport.readAll(
        {
          operation: "listInvoiceLines",
          path: ["invoices", invoiceId, "lineitems"],
          query: lines,
          schema: line,
          paging: { by: "token" },
        },
        call,
      ),

    listUnbilledLines: ({ currencyCode, period }, call) =>
      transport.readAll(
        {
          operation: "listUnbilledLines",
          path: ["invoices", "unbilled", "lineitems"],
          query: { ...lines, currencycode: currencyCode, period },
          schema: line,
          paging: { by: "token" },
        },
        call,
      ),
  };
}
