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

type DescriptionLanguage = "en" | "es";

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

/** The parts of the description that Microsoft asks for (S4), in its order, and our id, by which the ticket is known again. */
export function descriptionParts(
  request: Parts,
  language: DescriptionLanguage,
): { label: string; text: string }[] {
  const label = labels[language];
  return [
    { label: label.tenant, text: request.tenant },
    { label: label.order, text: request.order_or_subscription_id },
    { label: label.reason, text: request.reason },
    { label: label.amount, text: request.amount_requested },
    { label: label.reference, text: request.id },
  ];
}

/** The description in one piece, ready to be pasted; the contact (S5) has fields of its own in the portal. */
export function composeDescription(request: Parts, language: DescriptionLanguage): string {
  return linesOf(descriptionParts(request, language));
}

/** The description for a desk that has no fields for the contact (S5). */
export function composeWithContact(request: Parts, language: DescriptionLanguage): string {
  const contact = `${request.contact_name}, ${request.contact_email}, ${request.contact_phone}`;
  const parts = descriptionParts(request, language);
  return linesOf([
    ...parts.slice(0, -1),
    { label: labels[language].contact, text: contact },
    ...parts.slice(-1),
  ]);
}

function linesOf(parts: { label: string; text: string }[]): string {
  return parts.map(({ label, text }) => `${label}: ${text}`).join("\n");
}

/** A note with its id at the end, so that it can be found again when the answer to sending it is lost. */
export function composeNote(text: string, updateId: string, language: DescriptionLanguage): string {
  return `${text}\n\n${labels[language].reference}: ${updateId}`;
}

const ourMark = /\n+(?:Our reference|Nuestra referencia): (upd_\w+)\s*$/;

/** Which of our notes this is; null when it is somebody else's. */
export function ownNote(text: string): string | null {
  return ourMark.exec(text)?.[1] ?? null;
}

/** A note as it was typed. */
export function withoutMark(text: string): string {
  return text.replace(ourMark, "");
}
