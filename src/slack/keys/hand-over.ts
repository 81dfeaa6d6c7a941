import type { HandOver, SoftwarePackage } from "#src/fulfilment/port.ts";
import {
  actionRow,
  type Block,
  context,
  copyable,
  divider,
  fields,
  linkButton,
  section,
} from "../blocks/blocks.ts";
import { type Modal, modal } from "../blocks/modal.ts";
import { actions } from "../ids.ts";
import type { Texts, Values } from "../locales/texts.ts";
import { languageName } from "./form.ts";

/**
 * What was handed over, for this one pair of eyes: key and link stand here and nowhere else (K4), with how long the link
 * lives (K5); or the way into the portal with the exact choices.
 */
export function handOverView(
  texts: Texts,
  given: { title: string; choice: SoftwarePackage; handOver: HandOver },
): Modal {
  const { handOver } = given;
  const body = handOver.kind === "portal" ? portalBlocks(texts, handOver.url) : secretBlocks(texts, handOver);
  return modal(texts, {
    title: texts.plain("keys.title"),
    close: texts.plain("done"),
    blocks: [
      section(texts.markup("keys.product", { product: given.title })),
      fields([
        texts.markup("keys.version", { version: given.choice.version }),
        texts.markup("keys.language", { language: languageName(texts, given.choice.language) }),
        texts.markup("keys.file_type", { fileType: given.choice.fileType }),
      ]),
      divider,
      ...body,
    ],
  });
}

function portalBlocks(texts: Texts, url: string): Block[] {
  return [
    section(texts.markup("keys.portal")),
    actionRow([
      linkButton({ text: texts.plain("portal.open"), actionId: actions.keysPortal, url, style: "primary" }),
    ]),
  ];
}

function secretBlocks(texts: Texts, handOver: Extract<HandOver, { kind: "secrets" }>): Block[] {
  const { key, downloadLink } = handOver;
  return [
    ...(key ? [section(texts.markup("keys.key")), copyable(key.reveal())] : []),
    ...(downloadLink ? linkBlocks(texts, downloadLink.reveal(), linkLife(handOver)) : []),
    ...(key || downloadLink ? [] : [section(texts.markup("keys.nothing"))]),
    context([texts.markup("keys.only_here")]),
  ];
}

function linkBlocks(texts: Texts, url: string, life: Values): Block[] {
  return [
    section(texts.markup("keys.link")),
    copyable(url),
    actionRow([
      linkButton({
        text: texts.plain("keys.download"),
        actionId: actions.keysDownload,
        url,
        style: "primary",
      }),
    ]),
    section(texts.markup("link.life", life)),
  ];
}

/** How long a link lives (K5), for the text `link.life`: whichever of the two is known. */
export function linkLife(link: { linkExpiresAt: Date | null; downloadsAllowed: number | null }): Values {
  const known = link.linkExpiresAt
    ? link.downloadsAllowed === null
      ? "until"
      : "both"
    : link.downloadsAllowed === null
      ? "none"
      : "downloads";
  return {
    known,
    until: link.linkExpiresAt ? { at: link.linkExpiresAt, show: "minute" } : "",
    downloads: link.downloadsAllowed ?? 0,
  };
}
