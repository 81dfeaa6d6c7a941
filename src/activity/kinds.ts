/** What the activity and Microsoft's records are sorted by; every entry has one, made by the database from what was done. */
export const activityKinds = [
  "keys",
  "purchases",
  "cancellations",
  "support",
  "roles",
  "activity",
  "other",
] as const;

export type ActivityKind = (typeof activityKinds)[number];
