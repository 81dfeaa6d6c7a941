import type { Selectable } from "kysely";
import type { SupportRequestsRow } from "../db/rows.ts";

type Parts = Pick<
  Selectable<SupportRequestsRow>,
  | "id"
  | "tenant"
  | "order_or_subscription_id"
  | "reason"
  | "amount_requested"
  | "contact_name"
  | "contact_email"
  | "contact_phone"
>;

/** S2: the one problem type that refunds go under, as the portal calls it. */
export const problemTypes = {
  en: "CSP purchase or refund on behalf of customers",
  es: "Compra o reembolso de CSP en nombre de los clientes",
} as const;

const labels = {
  en: {
    tenant: "Customer tenant GUID or domain",
    order: "Order ID or subscription ID",
    reason: "Reason for the refund",
    amount: "Amount requested",
    contact: "Contact",
    reference: "Our reference",
  },
  es: {
    tenant: "GUID del inquilino o dominio del cliente",
    order: "Id. de pedido o id. de suscripción",
    reason: "Motivo del reembolso",
    amount: "Importe solicitado",
    contact: "Contacto",
    reference: "Nuestra referencia",
  },
} as const;

/** The description in the four parts that Microsoft asks for (S4), with contact (S5) and our id, ready to be pasted. */
export function composeDescription(request: Parts, language: "en" | "es"): string {
  const label = labels[language];
  return [
    `${label.tenant}: ${request.tenant}`,
    `${label.order}: ${request.order_or_subscription_id}`,
    `${label.reason}: ${request.reason}`,
    `${label.amount}: ${request.amount_requested}`,
    `${label.contact}: ${request.contact_name}, ${request.contact_email}, ${request.contact_phone}`,
    `${label.reference}: ${request.id}`,
  ].join("\n");
}
