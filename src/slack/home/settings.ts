import { askForRoles } from "#src/access/ask-for-roles.ts";
import { chooseLanguage } from "#src/access/choose-language.ts";
import { readAgent } from "#src/access/recognise.ts";
import { wantHomeNow } from "#src/home/refresh.ts";
import { context, input, section } from "../blocks/blocks.ts";
import { type Modal, modal } from "../blocks/modal.ts";
import { staticSelect } from "../blocks/selects.ts";
import type { Form } from "../form.ts";
import type { Handlers, Session } from "../handlers.ts";
import { actions, callbacks, inputs } from "../ids.ts";
import { createTexts } from "../locales/texts.ts";
import { rolesText } from "./home.ts";

/** As in Slack, or one of ours whatever Slack says. */
const choices = ["slack", "en", "es"] as const;

/** Reads the roles from Partner Center and shows them (once a minute); what they open changes with the very next click. */
async function refreshRoles({ ground, agent, texts }: Session): Promise<Modal> {
  const asked = await askForRoles(ground, agent);
  await wantHomeNow(ground, agent.personId);
  return modal(texts, {
    title: texts.plain("home.roles.title"),
    close: texts.plain("done"),
    blocks: [
      section(rolesText(texts, asked.agent, ground.clock.now())),
      ...(asked.againAt
        ? [context([texts.markup("home.roles.wait", { at: { at: asked.againAt, show: "time" } })])]
        : []),
    ],
  });
}

async function openLanguage({ desk, agent, texts }: Session): Promise<Modal> {
  const { languageChoice } = await readAgent(desk, agent);
  return modal(texts, {
    title: texts.plain("home.language.title"),
    submit: texts.plain("home.language.save"),
    callbackId: callbacks.homeLanguage,
    blocks: [
      input({
        label: texts.plain("home.language.label"),
        hint: texts.plain("home.language.hint"),
        element: staticSelect({
          actionId: inputs.homeLanguage,
          placeholder: texts.plain("choose"),
          choices: choices.map((value) => ({
            value,
            text: texts.plain("home.language.choice", { choice: value }),
          })),
          chosen: languageChoice ?? "slack",
        }),
      }),
    ],
  });
}

async function saveLanguage({ desk, agent }: Session, form: Form): Promise<Modal> {
  const chosen = form.value(inputs.homeLanguage);
  await chooseLanguage(desk, agent, chosen === "en" || chosen === "es" ? chosen : null);
  await wantHomeNow(desk, agent.personId);
  const { locale, timeZone } = await readAgent(desk, agent);
  const texts = createTexts(locale, timeZone);
  return modal(texts, {
    title: texts.plain("home.language.title"),
    close: texts.plain("done"),
    blocks: [section(texts.markup("home.language.saved"))],
  });
}

/** Roles read anew, and the language. */
export function registerHomeSettings(on: Handlers): void {
  on.button(actions.homeRoles, refreshRoles);
  on.button(actions.homeLanguage, openLanguage);
  on.submit(callbacks.homeLanguage, saveLanguage);
}
