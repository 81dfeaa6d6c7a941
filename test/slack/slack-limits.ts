import { actions } from "#src/slack/ids.ts";

interface Text {
  type: string;
  text: string;
}

interface Option {
  text: Text;
  value?: string;
  description?: Text;
}

interface Element {
  type: string;
  action_id?: string;
  text?: Text;
  value?: string;
  url?: string;
  placeholder?: Text;
  options?: Option[];
  option_groups?: { label: Text; options: Option[] }[];
}

interface Block {
  type: string;
  block_id?: string;
  text?: Text;
  fields?: Text[];
  label?: Text;
  hint?: Text;
  element?: Element;
  elements?: (Element & Partial<Text>)[];
}

interface Modal {
  type: "modal";
  title: Text;
  submit?: Text;
  close?: Text;
  blocks: Block[];
  private_metadata?: string;
  callback_id?: string;
}

/** What Slack would refuse in these blocks, in words; empty when nothing. */
export function brokenLimits(blocks: unknown[], mostBlocks = 50): string[] {
  const broken: string[] = [];
  const check = (what: string, text: Text | undefined, most: number) => {
    if (!text) return;
    if (text.text.length < 1 || text.text.length > most)
      broken.push(`${what}: ${text.text.length} of ${most} characters`);
  };
  if (blocks.length < 1 || blocks.length > mostBlocks) broken.push(`${blocks.length} blocks`);
  const ids: string[] = [];
  const actionIds: string[] = [];
  for (const block of blocks as Block[]) {
    if (block.block_id !== undefined) ids.push(block.block_id);
    check("section", block.text, 3_000);
    for (const field of block.fields ?? []) check("field", field, 2_000);
    if ((block.fields?.length ?? 1) < 1 || (block.fields?.length ?? 0) > 10) broken.push("fields");
    check("label", block.label, 2_000);
    check("hint", block.hint, 2_000);
    const elements =
      block.type === "input"
        ? [block.element as Element]
        : block.type === "actions"
          ? (block.elements ?? [])
          : [];
    if (block.type === "actions" && (elements.length < 1 || elements.length > 25)) broken.push("actions");
    for (const element of elements) {
      if (element.action_id !== undefined && block.type === "input") actionIds.push(element.action_id);
      check("button", element.text, 75);
      check("placeholder", element.placeholder, 150);
      if ((element.value?.length ?? 0) > 2_000) broken.push("button value");
      if ((element.url?.length ?? 0) > 3_000) broken.push("button url");
      if (/^(multi_)?static_select$/.test(element.type)) {
        const lists = element.option_groups?.map(({ options }) => options) ?? [element.options ?? []];
        if (lists.length > 100) broken.push("option groups");
        for (const options of lists) {
          if (options.length < 1 || options.length > 100) broken.push(`${options.length} options`);
          for (const option of options) {
            check("option", option.text, 75);
            check("option description", option.description, 75);
            if ((option.value?.length ?? 0) > 150) broken.push("option value");
          }
        }
      }
    }
  }
  if (new Set(ids).size < ids.length) broken.push(`block ids ${ids.join(", ")}`);
  if (new Set(actionIds).size < actionIds.length) broken.push(`action ids ${actionIds.join(", ")}`);
  return broken;
}

/** What Slack would refuse in this modal, in words; empty when nothing. */
export function brokenModal(view: unknown): string[] {
  const modal = view as Modal;
  const short = [modal.title, modal.submit, modal.close].filter(
    (text) => text && (text.text.length < 1 || text.text.length > 24),
  );
  const inputs = modal.blocks.some(({ type }) => type === "input");
  return [
    ...short.map((text) => `title, submit or close: ${text?.text}`),
    ...(inputs && !modal.submit ? ["inputs without submit"] : []),
    ...((modal.private_metadata?.length ?? 0) > 3_000 ? ["private_metadata"] : []),
    ...(JSON.stringify(view).length > 250_000 ? ["view too large"] : []),
    ...brokenLimits(modal.blocks, 100),
    ...unclear(modal.blocks),
  ];
}

interface Button extends Element {
  accessibility_label?: string;
  style?: string;
  confirm?: unknown;
}

/** Everything in blocks that can be pressed or is a picture, wherever it stands. */
function elementsOf(part: unknown): (Button & { alt_text?: string })[] {
  if (typeof part !== "object" || part === null) return [];
  const own = "type" in part && (part.type === "button" || part.type === "image") ? [part as Button] : [];
  return [...own, ...Object.values(part).flatMap(elementsOf)];
}

/** What these do can't be undone, or costs money: pressing them asks first. */
const asksFirst: readonly string[] = [
  actions.approveApprove,
  actions.approveWithdraw,
  actions.approveLeave,
  actions.approveNewPrice,
  actions.connectRemove,
  actions.supportFilesAdded,
];

/** What somebody could not tell apart by ear, or would do before they were asked, in words; empty when nothing. */
export function unclear(blocks: unknown[]): string[] {
  const elements = elementsOf(blocks);
  const heard = new Map<string, string>();
  const alike = elements
    .filter(({ type }) => type === "button")
    .flatMap((button) => {
      const name = button.accessibility_label ?? button.text?.text ?? "";
      const what = `${button.action_id} ${button.value ?? button.url ?? ""}`;
      const before = heard.get(name) ?? what;
      heard.set(name, what);
      return before === what ? [] : [`two buttons called "${name}": ${before} and ${what}`];
    });
  const visible = elements.filter(
    ({ accessibility_label: spoken, text }) =>
      spoken !== undefined && text && !spoken.startsWith(text.text.slice(0, 40)),
  );
  return [
    ...alike,
    ...visible.map(({ text }) => `"${text?.text}" is spoken by another name`),
    ...elements
      .filter(({ action_id: id = "", confirm }) => asksFirst.includes(id) && confirm === undefined)
      .map(({ action_id: id }) => `${id} asks nothing first`),
    ...elements
      .filter(({ type, alt_text: alt }) => type === "image" && !alt)
      .map(() => "a picture without words"),
  ];
}

/** Everything that can be read in blocks, one text a line. */
export function readable(content: unknown): string {
  if (Array.isArray(content)) return content.map(readable).filter(Boolean).join("\n");
  if (typeof content !== "object" || content === null) return "";
  const own = "text" in content && typeof content.text === "string" ? [content.text] : [];
  return [...own, ...Object.values(content).map(readable)].filter(Boolean).join("\n");
}
