import type { types } from "@slack/bolt";
import { plain } from "./blocks.ts";
import { limits } from "./limits.ts";

export interface Choice {
  value: string;
  text: string;
  description?: string | undefined;
}

/** More would make a view that Slack refuses for its size; the newest come first. */
export const mostChoices = 500;

/** One choice as Slack's option object, its texts cut to Slack's limits. */
export function option(choice: Choice): types.PlainTextOption {
  return {
    text: plain(choice.text, limits.optionText),
    value: choice.value,
    ...(choice.description ? { description: plain(choice.description, limits.optionDescription) } : {}),
  };
}

/** A list that Slack asks us for as the person types. */
export function externalSelect(input: {
  actionId: string;
  placeholder: string;
  minQueryLength: number;
  chosen?: Choice | null;
}): types.ExternalSelect {
  return {
    type: "external_select",
    action_id: input.actionId,
    placeholder: plain(input.placeholder, limits.placeholder),
    min_query_length: input.minQueryLength,
    ...(input.chosen ? { initial_option: option(input.chosen) } : {}),
  };
}

/**
 * A list that travels with the view; in groups of a hundred when there are more. An only choice is chosen already, unless
 * `chooseOnly` is false because something follows from choosing.
 */
export function staticSelect(input: {
  actionId: string;
  placeholder: string;
  choices: Choice[];
  chosen?: string | null;
  chooseOnly?: boolean;
}): types.StaticSelect {
  const options = input.choices.slice(0, mostChoices).map(option);
  const only = options.length === 1 && input.chooseOnly !== false ? options[0] : undefined;
  const chosen = options.find((candidate) => candidate.value === input.chosen) ?? only;
  return {
    type: "static_select",
    action_id: input.actionId,
    placeholder: plain(input.placeholder, limits.placeholder),
    ...(options.length <= limits.options ? { options } : { option_groups: inGroups(options) }),
    ...(chosen ? { initial_option: chosen } : {}),
  };
}

function inGroups(
  options: types.PlainTextOption[],
): { label: types.PlainTextElement; options: types.PlainTextOption[] }[] {
  const groups: { label: types.PlainTextElement; options: types.PlainTextOption[] }[] = [];
  for (let start = 0; start < options.length; start += limits.options) {
    const group = options.slice(start, start + limits.options);
    groups.push({ label: plain(`${start + 1}–${start + group.length}`, limits.groupLabel), options: group });
  }
  return groups;
}
