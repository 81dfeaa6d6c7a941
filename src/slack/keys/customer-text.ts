import { refused } from "#src/access/refused.ts";
import { readCustomer } from "#src/customers/read.ts";
import { DeskError } from "#src/desk/errors.ts";
import type { IssuedLink } from "#src/fulfilment/link-life.ts";
import { countDownload, handToCustomer, listLinks } from "#src/fulfilment/links.ts";
import { readLine, type SoftwareLine } from "#src/purchases/list-lines.ts";
import { type Block, context, copyable, input, section } from "../blocks/blocks.ts";
import { type Modal, modal } from "../blocks/modal.ts";
import { staticSelect } from "../blocks/selects.ts";
import type { Form } from "../form.ts";
import type { Handlers, Session } from "../handlers.ts";
import { actions, callbacks } from "../ids.ts";
import { createTexts, type Language, languageOf, type Texts } from "../locales/texts.ts";
import type { Drawn } from "../on-screen.ts";
import { decodeState, encodeState, type StateOf } from "../state.ts";
import { lineSection } from "./form.ts";
import { hiddenView, linkBlockId, linkLife } from "./hand-over.ts";

/** What a text for the customer is made of; `url` is the link itself. */
export interface CustomerText {
  linkId: string;
  line: SoftwareLine;
  link: IssuedLink;
  url: string;
  language: Language;
}

/** Ready text with the link and its end, in the customer's language, for one minute (K4). The customer's zone is not known: UTC. */
export function customerTextView(texts: Texts, { linkId, line, link, url, language }: CustomerText): Drawn {
  const words = createTexts(language, "UTC");
  const before = words.plain("customer_text.before", { product: line.title, order: line.orderId });
  const after = words.plain("customer_text.after", linkLife(link));
  const about = lineSection(texts, line);
  const { customerId, orderId, lineItemNumber } = line;
  const view: Modal = modal(texts, {
    title: texts.plain("customer_text.title"),
    submit: texts.plain("customer_text.submit"),
    close: texts.plain("back"),
    callbackId: callbacks.keysCopied,
    metadata: encodeState("link", { customerId, orderId, lineItemNumber, linkId }),
    blocks: [
      input({
        label: texts.plain("customer_text.language.label"),
        element: staticSelect({
          actionId: actions.keysCopyLanguage,
          placeholder: texts.plain("choose"),
          choices: (["en", "es"] as const).map((value) => ({
            value,
            text: texts.plain(`customer_text.language.${value}`),
          })),
          chosen: language,
        }),
        dispatch: true,
      }),
      copyable([`${before}\n\n`, url, `\n\n${after}`], linkBlockId),
      section(texts.markup("customer_text.sent")),
      context([texts.markup("keys.minute")]),
    ],
  });
  return {
    view,
    after: hiddenView(texts, { about, line: { customerId, orderId, lineItemNumber } }),
    of: linkId,
  };
}

/** The link that stands in an open view; null when it is not there any more. */
export function linkIn(blocks: Block[]): string | null {
  const block = blocks.find(({ block_id }) => block_id === linkBlockId);
  const [frame] = block?.type === "rich_text" ? block.elements : [];
  const parts = frame?.type === "rich_text_preformatted" ? frame.elements : [];
  const [url] = parts
    .map((part) => ("text" in part ? part.text : "url" in part ? part.url : ""))
    .filter((text) => /^https?:\/\/\S+$/.test(text));
  return url ?? null;
}

async function draw(
  { desk, agent, texts }: Session,
  state: Omit<StateOf<"link">, "v">,
  form: Form,
  language: Language | null,
): Promise<Drawn> {
  const { customerId, linkId } = state;
  const links = await listLinks(desk, agent, { customerId });
  const link = links.find((candidate) => candidate.linkId === linkId);
  if (!link)
    throw await refused(desk, agent, "keys", new DeskError("request_not_found", `no link ${linkId}`));
  const [line, customer] = await Promise.all([readLine(desk, state), readCustomer(desk, customerId)]);
  const url = linkIn(form.view.blocks as Block[]);
  if (url === null) return hiddenView(texts, { about: lineSection(texts, line), line: state });
  return customerTextView(texts, {
    linkId,
    line,
    link,
    url,
    language: language ?? languageOf(customer.culture),
  });
}

/** "Start download" is counted, "Copy for customer" makes a text, and only "I sent it" says that the customer has it. */
export function registerCustomerText(on: Handlers): void {
  on.link(actions.keysDownload, ({ desk, agent }, value) =>
    countDownload(desk, agent, { linkId: decodeState("link", value).linkId }),
  );
  on.detour(actions.keysCopy, (session, value, form) =>
    draw(session, decodeState("link", value), form, null),
  );
  on.change(actions.keysCopyLanguage, (session, form) =>
    draw(
      session,
      decodeState("link", form.metadata),
      form,
      languageOf(form.value(actions.keysCopyLanguage) ?? "en"),
    ),
  );
  on.submit(callbacks.keysCopied, async ({ desk, agent, texts }, form) => {
    await handToCustomer(desk, agent, { linkId: decodeState("link", form.metadata).linkId });
    return modal(texts, {
      title: texts.plain("customer_text.title"),
      close: texts.plain("back"),
      blocks: [section(texts.markup("customer_text.handed"))],
    });
  });
}
