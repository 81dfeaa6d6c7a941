/** The name of the constraint or unique index that refused a write, or null for any other error. */
export function violatedConstraint(error: unknown): string | null {
  if (!(error instanceof Error) || !("code" in error) || !("constraint" in error)) return null;
  const integrity = typeof error.code === "string" && error.code.startsWith("23");
  return integrity && typeof error.constraint === "string" ? error.constraint : null;
}
