import type { types } from "@slack/bolt";
import type { Texts } from "../locales/texts.ts";
import { type Block, plain } from "./blocks.ts";
import { limits } from "./limits.ts";

export type Modal = types.ModalView;

/** A modal. `submit` names what will happen; without it there is only a way out. `metadata` holds ids only. */
export function modal(
  texts: Texts,
  content: {
    title: string;
    blocks: Block[];
    submit?: string;
    callbackId?: string;
    metadata?: string;
    close?: string;
  },
): Modal {
  return {
    type: "modal",
    title: plain(content.title, limits.title),
    close: plain(content.close ?? texts.plain("close"), limits.title),
    blocks: content.blocks.slice(0, 100),
    ...(content.submit === undefined ? {} : { submit: plain(content.submit, limits.title) }),
    ...(content.callbackId === undefined ? {} : { callback_id: content.callbackId }),
    ...(content.metadata === undefined ? {} : { private_metadata: content.metadata }),
  };
}
