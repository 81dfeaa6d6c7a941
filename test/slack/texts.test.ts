import { glob, readFile } from "node:fs/promises";
import { IntlMessageFormat } from "intl-messageformat";
import { expect, test } from "vitest";
import { acts } from "#src/access/rights.ts";
import { deskErrorCodes } from "#src/desk/errors.ts";
import { shorten } from "#src/slack/blocks/limits.ts";
import { formatMoney } from "#src/slack/blocks/money.ts";
import { termText } from "#src/slack/blocks/terms.ts";
import { en } from "#src/slack/locales/en.ts";
import { es } from "#src/slack/locales/es.ts";
import { createTexts, type TextKey } from "#src/slack/locales/texts.ts";
import { joinedTexts } from "./joined.ts";

const keys = Object.keys(en) as TextKey[];

interface Node {
  type: number;
  value?: string;
  options?: Record<string, { value: Node[] }>;
}

/** The names of a message's arguments, those in its branches included. */
function argumentsOf(text: string, language: string): string[] {
  const names = new Set<string>();
  const visit = (nodes: Node[]) => {
    for (const node of nodes) {
      if (node.type !== 0 && node.type !== 7 && node.value !== undefined) names.add(node.value);
      for (const option of Object.values(node.options ?? {})) visit(option.value);
    }
  };
  visit(new IntlMessageFormat(text, language, undefined, { ignoreTag: true }).getAst() as unknown as Node[]);
  return [...names].sort();
}

/** What is left of a message for a reader when arguments, icons and code are taken away. */
function wordsOf(text: string): string {
  return text
    .replaceAll(/\{[^{}]*\}|:[a-z_]+:|`[^`]*`/g, "")
    .replaceAll(/[^\p{L}]+/gu, " ")
    .trim();
}

test("both languages hold the same keys with the same arguments", () => {
  expect(Object.keys(es).sort()).toEqual([...keys].sort());
  for (const key of keys)
    expect([key, argumentsOf(es[key], "es")]).toEqual([key, argumentsOf(en[key], "en")]);
});

test("no text is left untranslated", () => {
  const same = keys.filter((key) => key !== "app" && wordsOf(en[key]) !== "" && en[key] === es[key]);
  expect(same).toEqual([]);
});

test("every key is used, and every key used exists", async () => {
  let code = "";
  for await (const file of glob("src/slack/**/*.ts")) {
    if (!file.includes("/locales/e")) code += await readFile(file, "utf8");
  }
  // Keys made of a fixed head and a word of the domain, such as `error.${code}`.
  const heads = [...code.matchAll(/[`"]([a-z_]+(?:\.[a-z_]+)*\.)\$\{/g)].map(([, head]) => head ?? "");
  const unused = keys.filter(
    (key) => !code.includes(`"${key}"`) && !heads.some((head) => head !== "" && key.startsWith(head)),
  );
  expect(unused).toEqual([]);
});

test("no sentence is built by joining pieces", async () => {
  const joined: string[] = [];
  for await (const file of glob("src/slack/**/*.ts")) {
    if (file.includes("/locales/")) continue;
    for (const found of joinedTexts(await readFile(file, "utf8"))) joined.push(`${file}: ${found}`);
  }
  expect(joined).toEqual([]);
});

test.each([
  ["a text and a word", '`${texts.plain("a")} of ${name}`'],
  ["two sentences", 'section(`${texts.markup("a", { b: { at, show: "day" } })} ${texts.markup("b")}`)'],
  ["a label before a value", "`${texts.plain(`kind.${kind}`)}: ${value}`"],
  ["a sum", 'return name + texts.plain("a");'],
  ["a list with commas", 'const all = roles.map((role) => texts.plain(`role.${role}`)).join(", ");'],
])("joined pieces are found: %s", (_name, code) => {
  expect(joinedTexts(code)).toHaveLength(1);
});

test.each([
  ["lines", '`${texts.plain("a")}\\n${texts.plain("b")}`'],
  ["joined lines", 'return [texts.plain("a"), texts.plain("b")].join("\\n");'],
  ["a text alone", "`${texts.plain(`kind.${kind}`)}`"],
  ["an icon before a text", '`:warning: ${texts.markup("a")}`'],
  ["ids", 'const a = texts.plain("a"); return ids.join(", ");'],
])("and what is no sentence is left alone: %s", (_name, code) => {
  expect(joinedTexts(code)).toEqual([]);
});

test("every refusal of the domain has words in both languages", () => {
  for (const code of deskErrorCodes) expect(keys).toContain(`error.${code}`);
  for (const act of acts) {
    expect(
      createTexts("es-ES", "UTC").plain("error.not_allowed", { act, roles: "Agente de administración" }),
    ).toContain("Agente de administración");
  }
});

test.each(["en", "es"] as const)("titles and buttons fit where Slack puts them (%s)", (language) => {
  const texts = { en, es }[language];
  const narrow = [
    ...keys.filter((key) =>
      /^(buy|keys|cancel|support|software|customer_text|deposit|activity)(\.\w+)?\.(title|submit)$/.test(key),
    ),
    "app",
    "close",
    "done",
    "continue",
  ] as TextKey[];
  const buttons = keys.filter((key) =>
    /^(help\.\w+\.button|keys\.(open|again|download)|portal\.open|support\.(filed\.)?open|cancel\.(another|open_form)|back)$/.test(
      key,
    ),
  );
  expect(narrow.filter((key) => !key.includes("invalid") && texts[key].length > 24)).toEqual([]);
  expect(buttons.length).toBe(14);
  expect(buttons.filter((key) => texts[key].length > 75)).toEqual([]);
});

test("values can't bring markup along, in markup or out of our own tokens", () => {
  const texts = createTexts("en-US", "Europe/Madrid");
  const text = texts.markup("buy.confirm.customer", { customer: "Fourth Coffee <!channel> & <@U1>" });
  expect(text).toBe("For *Fourth Coffee &lt;!channel&gt; &amp; &lt;@U1&gt;*");
  expect(texts.markup("error.already_requested", { by: { mention: "U0AGENT><!here>" } })).toMatch(
    /^<@U0AGENT> /,
  );
  expect(
    texts.markup("buy.note.never", { more: { link: "https://example.com/a|b", label: "a|b>" } }),
  ).toContain("<https://example.com/a%7Cb|a¦b&gt;>");
});

test("dates are Slack's tokens with a fallback in the reader's zone", () => {
  const at = new Date("2026-12-31T23:30:00Z");
  const madrid = createTexts("es-ES", "Europe/Madrid").markup("cancel.passed", {
    deadline: { at, show: "minute" },
  });
  expect(madrid).toContain(`<!date^${at.getTime() / 1000}^{date_short} {time}|1 ene 2027, 0:30>`);
  expect(createTexts("en", "Nowhere/Else").timeZone).toBe("UTC");
});

test.each(["America/New_York", "UTC", "Pacific/Kiritimati"])(
  "M1 a calendar day is that day in %s too, and no token of Slack's",
  (zone) => {
    const texts = createTexts("es-ES", zone);
    const values = { market: "Camboya", asOf: { day: "2019-11-30" } };
    const said =
      "Las reservas de Azure no se venden en el mercado «Camboya» (lista de Microsoft del 30 de noviembre de 2019).";
    expect(texts.markup("buy.note.reservations", values)).toBe(said);
    expect(texts.plain("buy.note.reservations", values)).toBe(said);
  },
);

test("B2 money keeps its decimals exactly, in the reader's notation", () => {
  const spaces = /\u00a0/g;
  expect(formatMoney("12345678901234.5600", "EUR", "en").replace(spaces, " ")).toBe(
    "EUR 12,345,678,901,234.56",
  );
  expect(formatMoney("1234.5", "EUR", "es").replace(spaces, " ")).toBe("1234,50 EUR");
  expect(formatMoney("1200.0000", "JPY", "en").replace(spaces, " ")).toBe("JPY 1,200");
  expect(formatMoney("0.0125", "USD", "en").replace(spaces, " ")).toBe("USD 0.0125");
  expect(formatMoney("about 5", "USD", "en")).toBe("about 5");
});

test("terms are called as people say", () => {
  const texts = createTexts("en", "UTC");
  expect(termText(texts, { termDuration: "P1Y", billingCycle: "annual" })).toBe("1 year, billed yearly");
  expect(termText(texts, { termDuration: "P3Y", billingCycle: "one_time" })).toBe("3 years, paid once");
  expect(termText(texts, { termDuration: null, billingCycle: "one_time" })).toBe("Paid once");
  expect(termText(createTexts("es", "UTC"), { termDuration: "P1M", billingCycle: "monthly" })).toBe(
    "1 mes, facturación mensual",
  );
});

test("long values are cut between characters", () => {
  expect(shorten("😀".repeat(40), 75)).toBe(`${"😀".repeat(37)}…`);
  expect(shorten("", 75)).toBe("–");
});
