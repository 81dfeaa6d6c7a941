import { readFileSync } from "node:fs";
import { z } from "zod";

/** A file of markets whose law gives longer cancellation windows: `[{ "market": "NO", "from": "2026-01-01", "days": 14, "source": "…" }]`. */
const windows = z.array(
  z.strictObject({
    market: z.string().regex(/^[A-Z]{2}$/),
    from: z.iso.date().or(z.iso.datetime()),
    days: z.int().min(1).max(3_650),
    source: z.string().min(1),
  }),
);

export const marketWindowsFile = z
  .string()
  .transform((path, context) => {
    try {
      const read = windows.safeParse(JSON.parse(readFileSync(path, "utf8")));
      if (read.success) return read.data;
      const places = read.error.issues.map((issue) => issue.path.join(".") || "the file");
      context.addIssue({
        code: "custom",
        message: `names a file whose market windows are wrong at ${places.slice(0, 5).join(", ")}`,
      });
    } catch (error) {
      const what = error instanceof SyntaxError ? "is not JSON" : "can't be read";
      context.addIssue({ code: "custom", message: `names a file that ${what}` });
    }
    return z.NEVER;
  })
  .optional();
