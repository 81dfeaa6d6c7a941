import { expect, test } from "vitest";
import { parseInline, parseMrkdwn, plainOf } from "#sandbox/web/client/mrkdwn.ts";
import fc from "../../ground/fast-check.ts";

const text = (content: string) => ({ type: "text", text: content });

test("marks count at the edges of words only", () => {
  expect(parseInline("*bold* and _it_, ~no~")).toEqual([
    { type: "bold", children: [text("bold")] },
    text(" and "),
    { type: "italic", children: [text("it")] },
    text(", "),
    { type: "strike", children: [text("no")] },
  ]);
  for (const literal of ["2*3*4", "snake_case_name", "* spaced *", "**", "_open", "a~b~c"]) {
    expect(parseInline(literal), literal).toEqual([text(literal)]);
  }
  expect(parseInline("*bold _both_*")).toEqual([
    { type: "bold", children: [text("bold "), { type: "italic", children: [text("both")] }] },
  ]);
  expect(parseInline("`*code* &lt;b&gt;`")).toEqual([{ type: "code", text: "*code* <b>" }]);
});

test("angle brackets hold links, people, channels, dates; everything else is text", () => {
  expect(parseInline("<https://a.example/?x=1&amp;y=2|here>")).toEqual([
    { type: "link", url: "https://a.example/?x=1&y=2", children: [text("here")] },
  ]);
  expect(parseInline("<@U1|ann> <#C1|csp> <!here>")).toEqual([
    { type: "user", id: "U1", label: "ann" },
    text(" "),
    { type: "channel", id: "C1", label: "csp" },
    text(" "),
    { type: "broadcast", range: "here" },
  ]);
  expect(parseInline("<!date^1700000000^{date} at {time}^https://a.example/|then>")).toEqual([
    {
      type: "date",
      unix: 1700000000,
      format: "{date} at {time}",
      link: "https://a.example/",
      fallback: "then",
    },
  ]);
  for (const unsafe of ["<javascript:alert(1)|x>", "<data:text/html,x>", "<script>", "<!nothing>"]) {
    expect(
      parseInline(unsafe).every(({ type }) => type === "text"),
      unsafe,
    ).toBe(true);
  }
  expect(parseInline("see https://a.example/b. Yes")).toEqual([
    text("see "),
    { type: "link", url: "https://a.example/b", children: [text("https://a.example/b")] },
    text(". Yes"),
  ]);
});

test("lines become quotes, lists and preformatted text", () => {
  expect(
    parseMrkdwn("one\n> two\n&gt; three\n• four\n• five\n```\nsix *x*\n```").map(({ type }) => type),
  ).toEqual(["paragraph", "quote", "list", "pre"]);
  expect(parseMrkdwn("```\nsix *x*\n```")).toEqual([{ type: "pre", text: "six *x*" }]);
  expect(plainOf("*Hello* <@U1|ann>\nagain :tada: :unknown:")).toBe("Hello ann again 🎉 :unknown:");
});

test("whatever somebody writes, no link leads anywhere but the web or a mailbox", () => {
  const pieces = fc.constantFrom(
    "<",
    ">",
    "|",
    "*",
    "_",
    "`",
    "https://a.example",
    "javascript:x",
    "\n",
    "&lt;",
    "a ",
    "!date^1^{x}^javascript:y",
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 30 }), (parts) => {
      const links = JSON.stringify(parseMrkdwn(parts.join(""))).matchAll(/"url":"([^"]*)"/g);
      for (const [, url] of links) expect(url).toMatch(/^(https?:|mailto:)/);
    }),
  );
});
