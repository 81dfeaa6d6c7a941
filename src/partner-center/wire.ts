/** How Partner Center writes things down, as zod schemas. Absent and null are the same; unknown properties are dropped. */
import { z } from "zod";

/** The value, or `fallback` where it is absent or null. */
export const or = <T extends z.ZodType, F>(schema: T, fallback: F) =>
  schema.nullish().transform((value): NonNullable<z.output<T>> | F => value ?? fallback);

export const orNull = <T extends z.ZodType>(schema: T) => or(schema, null);

/** A list; absent is empty. */
export const list = <T extends z.ZodType>(item: T) =>
  z
    .array(item)
    .nullish()
    .transform((items) => items ?? []);

/** An id that is printed as a string or as digits. */
export const id = z.union([z.string().min(1), z.int().transform(String)]);

/** A number, or the same as text. */
export const number = z.union([
  z.number(),
  z
    .string()
    .regex(/^-?\d+(\.\d+)?$/)
    .transform(Number),
]);

const mostCounted = 2 ** 31 - 1;

/** How many, or which one: a whole number as the database keeps it. */
export const count = number.refine((value) => Number.isInteger(value) && value >= 0 && value <= mostCounted);

const plainDecimal = new Intl.NumberFormat("en-US", { useGrouping: false, maximumSignificantDigits: 15 });

/** Money as a decimal string: 0.1 + 0.2 reads "0.3", and no exponent appears. */
export const money = z
  .union([z.number().transform((value) => plainDecimal.format(value)), z.string()])
  // So many digits as the database keeps, and so many decimals as it can be asked to round.
  .refine((value) => /^-?\d{1,14}(\.\d{1,30})?$/.test(value));

/** A member of an open set in its wire form, `lower_snake_case`, also where it was printed as `OneTime` or `pending review`. */
export const word = z.string().transform((value) =>
  value
    .trim()
    .replace(/(?<=[a-z0-9])(?=[A-Z])/g, "_")
    .replace(/[\s-]+/g, "_")
    .toLowerCase(),
);

const written = /^\d{4}-\d\d-\d\d(t\d\d:\d\d(:\d\d(\.\d+)?)?(z|[+-]\d\d:?\d\d)?)?$/i;

/** An instant in UTC: as received where it ends in Z; one without a zone is UTC. */
export const instant = z.string().transform((value, context) => {
  const zoned = /(z|[+-]\d\d:?\d\d)$/i.test(value) ? value : `${value}Z`;
  const time = new Date(zoned);
  if (!written.test(value) || Number.isNaN(time.getTime())) {
    context.addIssue({ code: "custom", message: "not an instant" });
    return z.NEVER;
  }
  return /z$/i.test(zoned) ? zoned : time.toISOString();
});

/** An instant or null; the year 1 stands for "never". */
export const instantOrNull = orNull(instant).transform((value) =>
  value?.startsWith("0001-") ? null : value,
);

/** `Full` or `Partial` refunds; other kinds are not ours to promise and read null. */
export const refundType = z.string().transform((value) => {
  switch (value.toLowerCase()) {
    case "full":
      return "Full";
    case "partial":
      return "Partial";
    default:
      return null;
  }
});

/** What a line costs, net of discounts. */
export const pricing = z
  .object({
    price: orNull(money),
    discountedPrice: orNull(money),
    listPrice: orNull(money),
    extendedPrice: orNull(money),
  })
  .transform((line) => {
    const unitPrice = line.price ?? line.discountedPrice ?? line.listPrice;
    return unitPrice === null || line.extendedPrice === null
      ? null
      : { unitPrice, extendedPrice: line.extendedPrice };
  });

/** What comes back to Partner Center in a header. */
export const headerText = z.string().regex(/^[\t\x20-\x7e]*$/);

const link = z.object({
  uri: z.string().min(1),
  headers: list(z.object({ key: z.string(), value: headerText })),
});

/** One page of a collection, with the link to the next. */
export const page = <T extends z.ZodType>(item: T) =>
  z.object({
    items: list(item),
    links: orNull(z.object({ next: orNull(link) })),
    continuationToken: orNull(headerText),
  });

export type Link = z.output<typeof link>;
