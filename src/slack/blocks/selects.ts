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

/** A list that travels with the view, from which up to `most` are chosen; at most a hundred options. */
export function multiStaticSelect(input: {
  actionId: string;
  placeholder: string;
  choices: Choice[];
  chosen: string[];
  most: number;
}): types.MultiStaticSelect {
  const options = input.choices.slice(0, limits.options).map(option);
  return {
    type: "multi_static_select",
    options,
    ...several(
      input,
      options.filter(({ value }) => value !== undefined && input.chosen.includes(value)),
    ),
  };
}

/** A list that Slack asks us for as the person types, from which up to `most` are chosen. */
export function multiExternalSelect(input: {
  actionId: string;
  placeholder: string;
  chosen: Choice[];
  most: number;
}): types.MultiExternalSelect {
  return { type: "multi_external_select", min_query_length: 0, ...several(input, input.chosen.map(option)) };
}

/** Somebody of this workspace. */
export function usersSelect(input: {
  actionId: string;
  placeholder: string;
  chosen?: string | null;
}): types.UsersSelect {
  return {
    type: "users_select",
    action_id: input.actionId,
    placeholder: plain(input.placeholder, limits.placeholder),
    ...(input.chosen ? { initial_user: input.chosen } : {}),
  };
}

/** A calendar day, YYYY-MM-DD. */
export function datePicker(input: { actionId: string; day: string }): types.Datepicker {
  return { type: "datepicker", action_id: input.actionId, initial_date: input.day };
}

/** A short list of which any number may be ticked. */
export function checkboxes(input: {
  actionId: string;
  choices: Choice[];
  chosen: string[];
}): types.Checkboxes {
  const options = input.choices.map(option);
  const ticked = options.filter(({ value }) => value !== undefined && input.chosen.includes(value));
  return {
    type: "checkboxes",
    action_id: input.actionId,
    options,
    ...(ticked.length > 0 ? { initial_options: ticked } : {}),
  };
}

function several(
  input: { actionId: string; placeholder: string; most: number },
  initial: types.PlainTextOption[],
) {
  return {
    action_id: input.actionId,
    placeholder: plain(input.placeholder, limits.placeholder),
    max_selected_items: input.most,
    ...(initial.length > 0 ? { initial_options: initial.slice(0, input.most) } : {}),
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
