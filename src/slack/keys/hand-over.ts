import type { Deposit } from "#src/fulfilment/deposit.ts";
import type { IssuedLink } from "#src/fulfilment/link-life.ts";
import type { HandOver, PortalStep, SoftwarePackage } from "#src/fulfilment/port.ts";
import type { Reveal } from "#src/fulfilment/reveal.ts";
import {
  actionRow,
  type Block,
  button,
  context,
  copyable,
  divider,
  fields,
  linkButton,
  question,
  section,
} from "../blocks/blocks.ts";
import { type Modal, modal } from "../blocks/modal.ts";
import { spokenLine } from "../blocks/spoken.ts";
import { actions } from "../ids.ts";
import type { Texts, Value, Values } from "../locales/texts.ts";
import type { Drawn } from "../on-screen.ts";
import { encodeState } from "../state.ts";
import { depositFacts, languageName } from "./form.ts";

/** An order line by its ids. */
export interface LineIds {
  customerId: string;
  orderId: string;
  lineItemNumber: number;
}

/** What was given for a line. `about`: the block that says what was bought, as the form showed it. */
export interface Given {
  about: Block;
  line: LineIds;
  choice: SoftwarePackage;
  reveal: Reveal;
  /** What lies in the vault for this line, where the portal is the way to it. */
  deposited: Deposit | null;
}

/**
 * What was handed over, for this one pair of eyes and one minute: key and link stand here and nowhere else (K4), with how
 * long the link lives (K5); or the way into the portal with the exact choices.
 */
export function handOverView(texts: Texts, given: Given): Drawn {
  const { handOver } = given.reveal;
  const view = (blocks: Block[]): Modal =>
    modal(texts, { title: texts.plain("keys.title"), close: texts.plain("done"), blocks });
  const head = [given.about, packageFacts(texts, given.choice), divider];
  if (handOver.kind === "portal") return view([...head, ...portalBlocks(texts, given, handOver)]);
  return {
    view: view([...head, ...secretBlocks(texts, given, handOver)]),
    after: hiddenView(texts, given),
    of: given.reveal.keyRequestId,
  };
}

/** What stands in the place of a key and a link when their minute is over. */
export function hiddenView(texts: Texts, { about, line }: Pick<Given, "about" | "line">): Modal {
  return modal(texts, {
    title: texts.plain("keys.title"),
    close: texts.plain("done"),
    blocks: [
      about,
      section(texts.markup("keys.hidden")),
      actionRow([
        button({
          text: texts.plain("keys.again"),
          actionId: actions.keysOpen,
          value: encodeState("line", line),
        }),
      ]),
    ],
  });
}

/** Version, language and file type as facts. */
export function packageFacts(texts: Texts, choice: SoftwarePackage): Block {
  return fields([
    texts.markup("keys.version", { version: choice.version }),
    texts.markup("keys.language", { language: languageName(texts, choice.language) }),
    texts.markup("keys.file_type", { fileType: choice.fileType }),
  ]);
}

function portalBlocks(
  texts: Texts,
  { line, choice, deposited }: Given,
  { url, steps }: Extract<HandOver, { kind: "portal" }>,
): Block[] {
  const deposit = encodeState("depositOpen", { ...line, ...choice });
  return [
    section(texts.markup("keys.portal")),
    section(steps.map((step, index) => portalStep(texts, step, index + 1)).join("\n")),
    actionRow([
      linkButton({ text: texts.plain("portal.open"), actionId: actions.keysPortal, url, style: "primary" }),
      button({
        text: texts.plain(deposited ? "deposit.replace" : "deposit.open"),
        actionId: actions.keysDeposit,
        value: deposit,
        ...(deposited ? { confirm: replaceQuestion(texts, deposited) } : {}),
      }),
    ]),
    context([texts.markup("deposit.why")]),
  ];
}

function portalStep(texts: Texts, { act, value }: PortalStep, number: number): string {
  const shown = act === "choose_language" && value !== null ? languageName(texts, value) : (value ?? "");
  return texts.markup("keys.step", { number, act, value: shown });
}

function replaceQuestion(texts: Texts, deposit: Deposit) {
  return question(texts, {
    title: texts.plain("deposit.replace.title"),
    text: texts.markup("deposit.replace.text", depositFacts(deposit)),
    confirm: texts.plain("deposit.replace.confirm"),
  });
}

function secretBlocks(
  texts: Texts,
  given: Given,
  { key, downloadLink }: Extract<HandOver, { kind: "secrets" }>,
): Block[] {
  const { reveal } = given;
  return [
    ...(reveal.source === "vault" && given.deposited
      ? [section(texts.markup("deposit.from", depositFacts(given.deposited)))]
      : []),
    ...(key ? [section(texts.markup("keys.key")), copyable(key.reveal())] : []),
    ...(downloadLink && reveal.link ? linkBlocks(texts, given, downloadLink.reveal(), reveal.link) : []),
    ...(key || downloadLink ? [] : [section(texts.markup("keys.nothing"))]),
    context([texts.markup("keys.only_here")]),
  ];
}

/** The block in which the link stands, to be read again when a customer's text is made of it. */
export const linkBlockId = "keys.link.v1";

function linkBlocks(texts: Texts, { line, choice }: Given, url: string, link: IssuedLink): Block[] {
  const state = { ...line, linkId: link.linkId };
  return [
    section(texts.markup("keys.link")),
    copyable(url, linkBlockId),
    actionRow([
      linkButton({
        text: texts.plain("keys.download"),
        actionId: actions.keysDownload,
        url,
        value: encodeState("link", state),
        style: "primary",
      }),
      button({
        text: texts.plain("keys.copy"),
        actionId: actions.keysCopy,
        value: encodeState("link", state),
      }),
      renewButton(texts, { ...state, ...choice }),
    ]),
    section(texts.markup("link.issued", { issued: { at: link.issuedAt, show: "minute" } })),
    section(texts.markup("link.life", linkLife(link))),
    section(texts.markup("link.uses", linkUses(link))),
  ];
}

/** One click to a fresh link with a life of its own (K5). */
export function renewButton(
  texts: Texts,
  link: LineIds & SoftwarePackage & { linkId: string; title?: string },
) {
  const text = texts.plain("keys.renew");
  return button({
    text,
    ...(link.title === undefined ? {} : { spoken: spokenLine(texts, text, { ...link, title: link.title }) }),
    actionId: actions.keysRenew,
    value: encodeState("renewal", {
      customerId: link.customerId,
      orderId: link.orderId,
      lineItemNumber: link.lineItemNumber,
      linkId: link.linkId,
      version: link.version,
      language: link.language,
      fileType: link.fileType,
    }),
  });
}

type Life = Pick<IssuedLink, "expiresAt" | "downloadsAllowed" | "daysAfterFirstDownload">;

/** How long a link lives (K5), for the text `link.life`: whichever of its limits is known. */
export function linkLife({ expiresAt, downloadsAllowed, daysAfterFirstDownload }: Life): Values {
  const ends = expiresAt ? "until" : daysAfterFirstDownload === null ? "none" : "first_download";
  return {
    ends,
    until: expiresAt ? { at: expiresAt, show: "minute" } : "",
    days: daysAfterFirstDownload ?? 0,
    counted: downloadsAllowed === null ? "no" : "yes",
    downloads: downloadsAllowed ?? 0,
  } satisfies Record<string, Value>;
}

/** How often a link was used, for the text `link.uses`. */
export function linkUses({ usesCounted, exact, downloadsAllowed }: IssuedLink): Values {
  return {
    exact: exact ? "yes" : "no",
    used: usesCounted,
    counted: downloadsAllowed === null ? "no" : "yes",
    downloads: downloadsAllowed ?? 0,
  };
}
