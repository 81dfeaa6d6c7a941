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
  ];
}

/** Everything that can be read in blocks, one text a line. */
export function readable(content: unknown): string {
  if (Array.isArray(content)) return content.map(readable).filter(Boolean).join("\n");
  if (typeof content !== "object" || content === null) return "";
  const own = "text" in content && typeof content.text === "string" ? [content.text] : [];
  return [...own, ...Object.values(content).map(readable)].filter(Boolean).join("\n");
}
