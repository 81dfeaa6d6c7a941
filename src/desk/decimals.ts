/** A decimal string in ten-thousandths, exactly; further places are cut off. */
export function tenThousandths(decimal: string): bigint {
  const [, sign = "", whole = "0", fraction = ""] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(decimal) ?? [];
  const units = BigInt(whole + fraction.padEnd(4, "0").slice(0, 4));
  return sign === "-" ? -units : units;
}

/** Ten-thousandths as a decimal string with four places. */
export function decimalOf(units: bigint): string {
  const text = (units < 0n ? -units : units).toString().padStart(5, "0");
  return `${units < 0n ? "-" : ""}${text.slice(0, -4)}.${text.slice(-4)}`;
}

/** Adds decimal strings exactly, to four places. */
export function addDecimals(values: readonly string[]): string {
  return decimalOf(values.reduce((sum, value) => sum + tenThousandths(value), 0n));
}

/** `value` less `other`, exactly, to four places; negative where it is smaller. */
export function subtractDecimals(value: string, other: string): string {
  return decimalOf(tenThousandths(value) - tenThousandths(other));
}
