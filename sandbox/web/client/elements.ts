import { html } from "htm/preact";
import { useState } from "preact/hooks";
import type { Block, Element } from "#sandbox/slack/model.ts";
import { ChoicesElement } from "./choices.ts";
import { useConfirmed } from "./confirm.ts";
import { useDesk } from "./desk.ts";
import { TextElement } from "./fields.ts";
import { FileElement } from "./files.ts";
import { MenuButton } from "./menu.ts";
import { safeUrl } from "./mrkdwn.ts";
import { PickerElement } from "./pickers.ts";
import { withEmoji } from "./rich-text.ts";
import { homePlace } from "./route.ts";
import { SelectElement } from "./selects.ts";
import { domId, useSend, useSurface } from "./surface.ts";

/** What an element has to know of the block around it. */
export interface ElementProps {
  block: Block;
  element: Element;
  /** Its accessible name, where no `<label>` gives it one. */
  label?: string;
  describedBy?: string;
  invalid?: boolean;
  required?: boolean;
}

/** One interactive element, or the image in its place. */
export function ElementView(props: ElementProps) {
  const { type } = props.element;
  if (type === "button") return html`<${ButtonElement} ...${props} />`;
  if (type === "overflow") return html`<${OverflowElement} ...${props} />`;
  if (type === "image") return html`<${Picture} content=${props.element} />`;
  if (type.endsWith("_select")) return html`<${SelectElement} ...${props} />`;
  if (/^(date|time|datetime)picker$/.test(type)) return html`<${PickerElement} ...${props} />`;
  if (type === "radio_buttons" || type === "checkboxes") return html`<${ChoicesElement} ...${props} />`;
  if (type === "file_input") return html`<${FileElement} ...${props} />`;
  if (type.endsWith("_input") && type !== "rich_text_input") return html`<${TextElement} ...${props} />`;
  return html`<p class="undrawn">The sandbox does not draw the element <code>${type}</code>.</p>`;
}

/** Only images of the sandbox itself are loaded; of others one sees what they show and where they are. */
export function Picture({ content }: { content: Record<string, unknown> }) {
  const url = String(content.image_url ?? "");
  const alt = String(content.alt_text ?? "");
  if (url.startsWith("data:image/") || url.startsWith(`${location.origin}/`)) {
    return html`<img src=${url} alt=${alt} />`;
  }
  const host = URL.canParse(url) ? new URL(url).host : "";
  return html`<span class="picture" role="img" aria-label=${alt} title=${host}>${alt}</span>`;
}

function ButtonElement({ block, element }: ElementProps) {
  const surface = useSurface();
  const { words, go } = useDesk();
  const send = useSend(block, element);
  const confirmed = useConfirmed(element);
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(false);
  const text = withEmoji((element.text as { text: string } | undefined)?.text ?? "");
  const url = element.url === undefined ? undefined : safeUrl(String(element.url));
  const press = async (): Promise<void> => {
    if (busy || !(await confirmed())) return;
    if (url !== undefined && element.confirm !== undefined) window.open(url, "_blank", "noopener,noreferrer");
    if (leadsToHome(element.url)) go(homePlace);
    setBusy(true);
    setFailed(false);
    await surface.outbox.flush();
    const delivery = await send({});
    setBusy(false);
    setFailed(
      surface.kind === "message" && delivery !== undefined && delivery.result?.outcome !== "answered",
    );
  };
  const common = {
    id: domId(surface, block, element),
    class: `button ${String(element.style ?? "")}`,
    dir: "auto",
    "aria-label": element.accessibility_label,
    "aria-busy": busy || undefined,
    onClick: () => void press(),
  };
  const face =
    url !== undefined && element.confirm === undefined
      ? html`<a href=${url} target="_blank" rel="noopener noreferrer" ...${common}>${text}</a>`
      : html`<button type="button" ...${common}>${text}</button>`;
  return html`${face}${failed && html`<span class="trouble-note" role="alert">${words.noAnswer}</span>`}`;
}

/** Slack's own address of an app's Home tab: there is one app here. */
function leadsToHome(url: unknown): boolean {
  const to = URL.parse(String(url));
  return to?.protocol === "slack:" && to.host === "app" && to.searchParams.get("tab") === "home";
}

function OverflowElement({ block, element, label }: ElementProps) {
  const surface = useSurface();
  const { words } = useDesk();
  const send = useSend(block, element);
  const confirmed = useConfirmed(element);
  const items = (element.options ?? []).map((option) => {
    const value = option.value ?? option.text.text;
    return {
      key: value,
      label: withEmoji(option.text.text),
      href: typeof option.url === "string" ? safeUrl(option.url) : undefined,
      pick: async () => {
        if (!(await confirmed())) return;
        await surface.outbox.flush();
        await send({ value });
      },
    };
  });
  return html`<${MenuButton} id=${domId(surface, block, element)} className="button overflow"
    label=${label ? `${words.moreActions}: ${label}` : words.moreActions} face=${html`<span aria-hidden="true">⋯</span>`}
    items=${items} />`;
}
