import type { WriteCall } from "../partner-center/port.ts";

/** What a support desk is told; `reference` is our id and stands in the text, so a lost answer can be found by reading. */
export interface SupportCase {
  reference: string;
  problemType: string;
  impact: "critical" | "moderate" | "minimal";
  title: string;
  description: string;
  language: string;
}

export type FilingResult =
  | { kind: "filed"; ticketNumber: string }
  /** The desk takes no requests by API: a person files the prepared text in the portal. */
  | { kind: "to_file" };

/** Where support requests go (S7). Throws `PartnerCenterFailure` and nothing else. */
export interface SupportDesk {
  readonly kind: "api" | "portal";
  file(supportCase: SupportCase, call: WriteCall): Promise<FilingResult>;
  /** The ticket that an earlier `file` with this reference left, if any. */
  findFiled(reference: string): Promise<{ ticketNumber: string } | null>;
}
