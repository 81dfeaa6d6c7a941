/** What is looked at again at a later time. The subject of each is named beside it. */
export const reminderKinds = [
  /** A download link that was handed to a customer: `links.id`. */
  "link_dies",
  /** The credit of a cancellation on the next invoices: `cancellations.id`. */
  "credit",
  /** A person's morning list of windows that close: `people.id`. */
  "digest",
  /** A ticket at Microsoft's support: `support_requests.id`. */
  "ticket",
  /** Files of a support request that are kept no longer: `support_requests.id`. */
  "support_files",
] as const;

export type ReminderKind = (typeof reminderKinds)[number];
