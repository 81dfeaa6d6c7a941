/** What is looked at again at a later time. The subject of each is named beside it. */
export const reminderKinds = [
  /** A download link that was handed to a customer: `links.id`. */
  "link_dies",
  /** Credits of cancellations on the next invoices: the workspace. */
  "credit",
  /** A person's morning list of windows that close: `people.id`. */
  "digest",
  /** A ticket at Microsoft's support: `support_requests.id`. */
  "ticket",
  /** Files of a support request that are kept no longer: `support_requests.id`. */
  "support_files",
  /** The nightly walk along the activity's chain: the workspace. */
  "chain_check",
  /** The chain's head, published once a day: the workspace. */
  "chain_head",
  /** Microsoft's audit records of the day: the workspace. */
  "audit_mirror",
  /** An export of the activity on its way to a person: `activity_exports.id`. */
  "activity_export",
  /** Whether who signed in to Partner Center is still with the company: `people.id`. */
  "connection",
  /** A Home tab that shows what is no longer so: `people.id`. */
  "home",
  /** Who installed the app, to be greeted: `welcomes.id`. */
  "welcome",
] as const;

/** These end in something said in Slack, or ask it: where the app is not installed they wait until it is. */
export const remindersForSlack: readonly ReminderKind[] = [
  "digest",
  "connection",
  "activity_export",
  "welcome",
];

export type ReminderKind = (typeof reminderKinds)[number];
