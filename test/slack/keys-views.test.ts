import { describe, expect, test } from "vitest";
import { validate } from "#sandbox/slack/validate.ts";
import { roles } from "#src/access/rights.ts";
import { Secret } from "#src/config/secret.ts";
import type { HomeContent } from "#src/home/read.ts";
import { shorten } from "#src/slack/blocks/limits.ts";
import type { Modal } from "#src/slack/blocks/modal.ts";
import { restoreForm } from "#src/slack/form.ts";
import { closedHome, homeView } from "#src/slack/home/home.ts";
import { customerTextView, linkIn } from "#src/slack/keys/customer-text.ts";
import { depositForm } from "#src/slack/keys/deposit.ts";
import { idsOf, keysForm, lineSection, unavailableView } from "#src/slack/keys/form.ts";
import { type Given, handOverView } from "#src/slack/keys/hand-over.ts";
import { softwarePage } from "#src/slack/keys/software.ts";
import { createTexts, type Texts } from "#src/slack/locales/texts.ts";
import type { Drawn } from "#src/slack/on-screen.ts";
import { holdsProductKey } from "#src/slack/paste/shape.ts";
import { pasteWarning } from "#src/slack/paste/warning.ts";
import { at, customerId, softwareLine } from "./rows.ts";
import { languages, names, returned } from "./worst.ts";

const formToken = "6f1f3a0e-1c5b-4d38-9a53-3f0c1c3c9a55";
const portalUrl = "https://partner.microsoft.com/dashboard";

const many = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => make(index));

/** What was given for a line with this name. */
const givenFor = (texts: Texts, name: string, handOver: Given["reveal"]["handOver"]): Given => ({
  about: lineSection(texts, softwareLine(name)),
  line: idsOf(softwareLine(name)),
  choice: {
    version: name.slice(0, 60) || "v",
    language: name.slice(0, 60) || "l",
    fileType: name.slice(0, 60) || "f",
  },
  deposited: depositOf(name),
  reveal: {
    keyRequestId: "key_0123456789ABCDEF",
    askedAt: at,
    handOver,
    source: "vault",
    link: issuedLinkNow,
  },
});

const issuedLinkNow = {
  linkId: "lnk_0123456789ABCDEF",
  issuedAt: at,
  expiresAt: at,
  downloadsAllowed: 50,
  daysAfterFirstDownload: null,
  usesCounted: 12,
  exact: false,
  handedToCustomerAt: null,
  dead: null,
};

const depositOf = (name: string) => ({
  by: "U0AGENT",
  at,
  displayKey: "67890",
  hasLink: true,
  choice: {
    version: name.slice(0, 60) || "v",
    language: name.slice(0, 60) || "l",
    fileType: name.slice(0, 60) || "f",
  },
});

/** A view and what comes after it. */
const views = (drawn: Drawn): Modal[] => ("after" in drawn ? [drawn.view, drawn.after] : [drawn]);

function keysViews(texts: Texts, name: string): Modal[] {
  const customer = { value: customerId, text: name };
  const lines = many(1_000, (index) => softwareLine(name, index));
  const line = softwareLine(name);
  const packages = many(150, (index) => ({
    version: "2019",
    language: index % 2 === 0 ? "en-us" : `x-${index}`,
    fileType: `iso ${index}`,
  }));
  const form = {
    formToken,
    line,
    listed: false,
    version: "2019",
    language: "en-us",
    reason: name.slice(0, 300),
  };
  const page = { listToken: formToken, customer, lines, query: "", page: 0 };
  const secrets = {
    kind: "secrets" as const,
    key: new Secret("ABCDE-12345-FGHIJ-67890-KLMNO"),
    downloadLink: new Secret(`https://files.example.com/download/${"s".repeat(2_900)}`),
    linkExpiresAt: at,
    downloadsAllowed: 50,
    daysAfterFirstDownload: null,
    linkReference: null,
  };
  const portal = {
    kind: "portal" as const,
    url: portalUrl,
    steps: many(9, () => ({ act: "find_product" as const, value: name })),
  };
  const deposit = { formToken, line, choice: depositOf(name).choice, typed: { key: null, link: null } };
  return [
    softwarePage(texts, {
      ...page,
      customer: null,
      lines: [],
      notice: texts.markup("help.unknown_word", { typed: name }),
    }),
    softwarePage(texts, { ...page, lines: [] }),
    ...[0, 1, 99, 5_000].map((at) => softwarePage(texts, { ...page, page: at })),
    softwarePage(texts, { ...page, query: "w".repeat(100) }),
    keysForm(texts, { ...form, packages: [], deposited: null }),
    keysForm(texts, { ...form, packages, deposited: null }),
    keysForm(texts, { ...form, packages: null, deposited: depositOf(name) }),
    unavailableView(texts, line, {
      markup: texts.markup("help.unknown_word", { typed: name }),
      listed: false,
    }),
    ...views(handOverView(texts, givenFor(texts, name, secrets))),
    ...views(handOverView(texts, givenFor(texts, name, { ...secrets, key: null, downloadLink: null }))),
    ...views(handOverView(texts, givenFor(texts, name, portal))),
    ...views(
      customerTextView(texts, {
        linkId: issuedLinkNow.linkId,
        line,
        link: issuedLinkNow,
        url: secrets.downloadLink.reveal(),
        language: "es",
      }),
    ),
    depositForm(texts, { ...deposit, replaces: null }),
    depositForm(texts, {
      ...deposit,
      replaces: depositOf(name),
      typed: { key: "K".repeat(100), link: `https://files.example.com/${"s".repeat(2_900)}` },
    }),
  ];
}

describe.each(languages)("in %s Slack takes", (_language, texts) => {
  test.each(names)("K2 K3 K4 every window of the keys with names that are %s", (_kind, name) => {
    for (const view of keysViews(texts, name)) {
      expect(validate("modal", view)).toEqual([]);
      const banner = texts.markup("help.unknown_word", { typed: name });
      const again = restoreForm(returned(view), { banner, busy: texts.markup("loading") });
      expect(validate("modal", again)).toEqual([]);
    }
  });

  test.each(names)("the Home tab and the warning about pasted keys with names that are %s", (_kind, name) => {
    const said = texts.markup("help.unknown_word", { typed: name });
    const granters = [
      { displayName: name, slackUserId: null },
      { displayName: name, slackUserId: "U0GLOBAL" },
    ];
    const connection = {
      state: "trouble" as const,
      upn: name,
      since: new Date("2026-11-23T09:00:00Z"),
      trouble: "consent" as const,
    };
    for (const home of [
      homeView(texts, { ...homeOf(name), connection }, portalUrl),
      homeView(texts, { ...emptyHome(name), connection, granters }, portalUrl),
      closedHome(texts, said),
    ])
      expect(validate("home", home)).toEqual([]);
    expect(validate("message", pasteWarning(texts))).toEqual([]);
  });
});

const en = createTexts("en-US", "UTC");

/** Every button of a modal with what a screen reader calls it. */
function buttonsOf(view: Modal): { name: string; label: string }[] {
  return (view.blocks as Block[])
    .flatMap(({ accessory, elements = [] }) => [...(accessory ? [accessory] : []), ...elements])
    .filter(({ type }) => type === "button")
    .map(({ text, accessibility_label: label }) => ({ name: text.text, label: label ?? text.text }));
}

interface Block {
  accessory?: Button;
  elements?: Button[];
}
interface Button {
  type: string;
  text: { text: string };
  accessibility_label?: string;
}

describe("the software page", () => {
  const page = (count: number, asked: { page?: number; query?: string } = {}) =>
    softwarePage(en, {
      listToken: formToken,
      customer: { value: customerId, text: "Contoso" },
      lines: many(count, (index) => ({
        ...softwareLine(`Windows Server ${index}`),
        orderId: `ORDER-${index}`,
        kind: index % 2 === 0 ? "perpetual" : "subscription",
      })),
      query: asked.query ?? "",
      page: asked.page ?? 0,
    });
  const text = (view: Modal) => JSON.stringify(view.blocks);

  test("K2 says where in the list one is, page by page", () => {
    expect(text(page(57))).toContain("1–10 of 57");
    expect(text(page(57, { page: 1 }))).toContain("11–20 of 57");
    expect(text(page(57, { page: 5 }))).toContain("51–57 of 57");
    expect(text(page(57, { page: 99 }))).toContain("51–57 of 57");
    expect(buttonsOf(page(57)).map(({ name }) => name)).toContain("Next");
    expect(buttonsOf(page(57)).map(({ name }) => name)).not.toContain("Previous");
    expect(buttonsOf(page(57, { page: 5 })).map(({ name }) => name)).not.toContain("Next");
    expect(buttonsOf(page(10)).map(({ name }) => name)).not.toContain("Next");
  });

  test("K2 finds by product, order number and kind, in any case and without accents", () => {
    expect(text(page(57, { query: "SERVER 12" }))).toContain("1–1 of 1");
    expect(text(page(57, { query: "order-31" }))).toContain("1–1 of 1");
    expect(text(page(57, { query: "Perpetual" }))).toContain("1–10 of 29");
    expect(text(page(57, { query: "server perpetual 4" }))).toMatch(/1–\d+ of \d+/);
    const spanish = createTexts("es-ES", "UTC");
    const kind = spanish
      .plain("kind.subscription")
      .normalize("NFD")
      .replaceAll(/\p{Mn}/gu, "");
    const found = softwarePage(spanish, {
      listToken: formToken,
      customer: { value: customerId, text: "Contoso" },
      lines: [softwareLine("SQL")],
      query: kind.toUpperCase(),
      page: 0,
    });
    expect(text(found)).toContain("1–1 de 1");
  });

  test("K2 a search that finds nothing says how to see everything again, and keeps what was typed", () => {
    const none = page(57, { query: "Exchange" });
    expect(text(none)).toContain("empty the search field");
    expect(text(none)).toContain('"initial_value":"Exchange"');
    expect(buttonsOf(none)).toEqual([]);
  });

  test("K2 a screen reader can tell the buttons apart", () => {
    const labels = buttonsOf(page(10)).map(({ label }) => label);
    expect(new Set(labels).size).toBe(10);
    for (const label of labels) expect(label.length).toBeLessThanOrEqual(75);
  });

  test("K2 carries no more than ids, however long the list is", () => {
    expect(page(1_000).private_metadata?.length).toBeLessThan(200);
  });

  test("C11 a cancelled line stays, its key unavailable and without a way to it", () => {
    // Partner Center says of a cancelled line that there are none of it left.
    const line = { ...softwareLine("SQL"), cancelled: true, quantity: 0 };
    const view = softwarePage(en, {
      listToken: formToken,
      customer: { value: customerId, text: "Contoso" },
      lines: [line],
      query: "",
      page: 0,
    });
    expect(text(view)).toContain("Cancelled: key unavailable");
    expect(text(view)).not.toContain("licence");
    expect(buttonsOf(view)).toEqual([]);
  });
});

test("K4 the link is read out of the window it stands in, and out of no other text", () => {
  const secrets = {
    kind: "secrets" as const,
    key: new Secret("ABCDE-12345-FGHIJ-67890-KLMNO"),
    downloadLink: new Secret("https://files.example.com/download/abc"),
    linkExpiresAt: at,
    downloadsAllowed: 50,
    daysAfterFirstDownload: null,
    linkReference: null,
  };
  const [given, hidden] = views(handOverView(en, givenFor(en, "SQL", secrets)));
  expect(linkIn(given?.blocks as never)).toBe("https://files.example.com/download/abc");
  expect(linkIn(hidden?.blocks as never)).toBeNull();
  const [copy] = views(
    customerTextView(en, {
      linkId: issuedLinkNow.linkId,
      line: softwareLine("SQL https://elsewhere.example/x"),
      link: issuedLinkNow,
      url: "https://files.example.com/download/abc",
      language: "en",
    }),
  );
  expect(linkIn(copy?.blocks as never)).toBe("https://files.example.com/download/abc");
});

describe("what looks like a product key", () => {
  test.each([
    "ABCDE-12345-FGHIJ-67890-KLMNO",
    "abcde-12345-fghij-67890-klmno",
    "the key is (W269N-WFGWX-YVC9B-4J6C9-T83GX), use it",
    "```\nW269N-WFGWX-YVC9B-4J6C9-T83GX\n```",
    "`w269n-wfgwx-yvc9b-4j6c9-t83gx`",
    "clave:W269N–WFGWX–YVC9B–4J6C9–T83GX.",
    "*W269N-WFGWX-YVC9B-4J6C9-T83GX*",
  ])("%s", (text) => {
    expect(holdsProductKey(text)).toBe(true);
  });

  test.each([
    "",
    "W269N-WFGWX-YVC9B-4J6C9",
    "•••••-•••••-•••••-•••••-T83GX",
    "these words might match there",
    "11111111-2222-4333-8444-555555555555",
    "2y6dF_rVgDAXMxypQPPnTquuXhKVK_3N1",
    "XXW269N-WFGWX-YVC9B-4J6C9-T83GX",
    "W269N-WFGWX-YVC9B-4J6C9-T83GXYZ",
  ])("and not %s", (text) => {
    expect(holdsProductKey(text)).toBe(false);
  });
});

function emptyHome(email: string): HomeContent {
  const nothing = { items: [], more: 0, uncounted: false };
  return {
    agent: { isMember: true, roles: [], rolesReadAt: at, email, languageChoice: null },
    readAt: at,
    welcome: false,
    helpContact: null,
    connection: { state: "off", upn: null, since: null, trouble: null },
    granters: [],
    approvals: nothing,
    windows: nothing,
    links: nothing,
    underway: nothing,
    support: nothing,
    activity: [],
  };
}

/** Every part full, every name this one. */
function homeOf(name: string): HomeContent {
  const five = <T>(item: (index: number) => T) => ({ items: many(5, item), more: 95, uncounted: true });
  const line = (index: number) => ({
    customerId: "c",
    customerName: name,
    title: name,
    orderId: "o",
    lineItemNumber: index,
  });
  const purchase = { customerName: name, title: name, lineCount: 10 };
  const choice = shorten(name, 150);
  return {
    ...emptyHome(name),
    agent: { isMember: true, roles: [...roles], rolesReadAt: at, email: name, languageChoice: "es" },
    approvals: five((index) => ({
      ...purchase,
      purchaseId: `p${index}`,
      hash: "h".repeat(64),
      requesterSlackId: "U0AGENT",
      amount: "99999999999999.9999",
      currency: "EUR",
      until: at,
    })),
    windows: five((index) => ({ ...line(index), quantity: 999_999_999, deadlineAt: at })),
    links: five((index) => ({
      ...line(index),
      version: choice,
      language: choice,
      fileType: choice,
      linkId: `l${index}`,
      diesAt: at,
      dead: false,
    })),
    underway: five((index) => ({
      ...purchase,
      purchaseId: `p${index}`,
      kind: "purchase",
      status: "changed",
      at,
    })),
    support: five((index) => ({
      supportRequestId: `s${index}`,
      customerName: name,
      title: name,
      status: "attention_needed",
    })),
  };
}
