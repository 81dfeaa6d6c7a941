import { html } from "htm/preact";
import type { Block, Element, Wire } from "#sandbox/slack/model.ts";
import { useDesk } from "./desk.ts";
import { ElementView, Picture } from "./elements.ts";
import { plainOf } from "./mrkdwn.ts";
import { RichText, TextObject, withEmoji } from "./rich-text.ts";
import { domId, useSurface } from "./surface.ts";

interface Text {
  type: string;
  text: string;
}

/** Blocks, one below the other. */
export function Blocks({ blocks }: { blocks: Block[] }) {
  return html`<div class="blocks">
    ${blocks.map((block) => html`<${BlockView} key=${`${block.block_id}-${block.type}`} block=${block} />`)}
  </div>`;
}

function BlockView({ block }: { block: Block }) {
  switch (block.type) {
    case "section":
      return html`<${Section} block=${block} />`;
    case "header":
      return html`<h3 class="header" dir="auto">${withEmoji(textOf(block.text))}</h3>`;
    case "context":
      return html`<div class="context">
        ${(block.elements ?? []).map((element) =>
          element.type === "image"
            ? html`<${Picture} content=${element} />`
            : html`<${TextObject} content=${element} />`,
        )}
      </div>`;
    case "divider":
      return html`<hr />`;
    case "actions":
      return html`<div class="actions">
        ${(block.elements ?? []).map(
          (element) =>
            html`<${ElementView} key=${element.action_id} block=${block} element=${element} label=${nameFor(element)} />`,
        )}
      </div>`;
    case "image":
      return html`<figure>
        ${block.title !== undefined && html`<figcaption dir="auto">${textOf(block.title)}</figcaption>`}
        <${Picture} content=${block} />
      </figure>`;
    case "rich_text":
      return html`<${RichText} elements=${(block.elements ?? []) as Wire[]} />`;
    case "markdown":
      return html`<${TextObject} content=${{ type: "mrkdwn", text: String(block.text) }} />`;
    case "input":
      return block.element && html`<${Input} block=${block} element=${block.element} />`;
    default:
      return html`<p class="undrawn">The sandbox does not draw the block <code>${block.type}</code>.</p>`;
  }
}

function Section({ block }: { block: Block }) {
  const fields = (block.fields ?? []) as Text[];
  const text = block.text as Text | undefined;
  const about = text ? plainOf(text.text) : "";
  return html`<div class="section" data-accessory=${block.accessory?.type}>
    <div class="section-text">
      ${text && html`<${TextObject} content=${text} />`}
      ${
        fields.length > 0 &&
        html`<div class="section-fields">
          ${fields.map((field) => html`<div><${TextObject} content=${field} /></div>`)}
        </div>`
      }
    </div>
    ${
      block.accessory &&
      html`<div class="accessory">
        <${ElementView} block=${block} element=${block.accessory} label=${about || nameFor(block.accessory)} />
      </div>`
    }
  </div>`;
}

function Input({ block, element }: { block: Block; element: Element }) {
  const surface = useSurface();
  const { words } = useDesk();
  const id = domId(surface, block, element);
  const error = surface.errors[block.block_id ?? ""];
  const hint = block.hint as Text | undefined;
  const describedBy = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ") || undefined;
  const optional = block.optional === true && html` <span class="optional">${words.optional}</span>`;
  const title = html`${withEmoji(textOf(block.label))}${optional}`;
  const grouped = element.type === "radio_buttons" || element.type === "checkboxes";
  return html`<div class="field" data-error=${error === undefined ? undefined : true}>
    ${
      grouped
        ? html`<div class="label" id=${`${id}-label`} dir="auto">${title}</div>`
        : html`<label class="label" for=${id} dir="auto">${title}</label>`
    }
    <${ElementView} block=${block} element=${element} describedBy=${describedBy} invalid=${error !== undefined}
      required=${block.optional !== true} />
    ${error !== undefined && html`<div class="field-error" id=${`${id}-error`} dir="auto">${error}</div>`}
    ${hint && html`<div class="hint" id=${`${id}-hint`} dir="auto">${withEmoji(hint.text)}</div>`}
  </div>`;
}

function textOf(content: unknown): string {
  return (content as Text | undefined)?.text ?? "";
}

function nameFor(element: Element): string {
  return withEmoji(textOf(element.placeholder));
}
