import { html } from "htm/preact";
import type { Option } from "#sandbox/slack/model.ts";
import { useConfirmed } from "./confirm.ts";
import type { ElementProps } from "./elements.ts";
import { TextObject } from "./rich-text.ts";
import { domId, useField, useSurface } from "./surface.ts";

const nameOfOption = (option: Option): string => option.value ?? option.text.text;

/** Radio buttons and checkboxes. */
export function ChoicesElement({ block, element, label, describedBy, invalid, required }: ElementProps) {
  const surface = useSurface();
  const several = element.type === "checkboxes";
  const initial = several ? (element.initial_options ?? []) : (element.initial_option ?? null);
  const field = useField<Option[] | Option | null>(
    block,
    element,
    several ? "selected_options" : "selected_option",
    initial as Option[] | Option | null,
  );
  const confirmed = useConfirmed(element);
  const id = domId(surface, block, element);
  const options = element.options ?? [];
  const chosen = [field.value].flat().flatMap((option) => (option ? [nameOfOption(option)] : []));

  const choose = async (option: Option, input: HTMLInputElement): Promise<void> => {
    const checked = input.checked;
    if (!(await confirmed())) {
      input.checked = !checked;
      return;
    }
    if (!several) {
      field.set(option, { value: nameOfOption(option) });
      return;
    }
    const now = options.filter((other) =>
      other === option ? checked : chosen.includes(nameOfOption(other)),
    );
    field.set(now, { value: now.map(nameOfOption) });
  };

  return html`<div id=${id} class="choices" role=${several ? "group" : "radiogroup"} aria-label=${label}
    aria-labelledby=${label === undefined ? `${id}-label` : undefined} aria-describedby=${describedBy}
    aria-invalid=${several ? undefined : invalid || undefined}
    aria-required=${several ? undefined : required || undefined}>
    ${options.map((option, index) => {
      const own = `${id}-${index}`;
      const description = option.description as { type: string; text: string } | undefined;
      return html`<label class="choice" key=${nameOfOption(option)} for=${own}>
        <input id=${own} type=${several ? "checkbox" : "radio"} name=${id} checked=${chosen.includes(nameOfOption(option))}
          onChange=${(event: Event) => void choose(option, event.target as HTMLInputElement)} />
        <span>
          <${TextObject} content=${option.text} />
          ${description && html`<small><${TextObject} content=${description} /></small>`}
        </span>
      </label>`;
    })}
  </div>`;
}
