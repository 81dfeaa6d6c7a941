import { actions, callbacks, commands, inputs } from "#src/slack/ids.ts";
import { seedOrders } from "./partner-center/seed.ts";
import type { ShownMessage, ShownView, SlackPerson } from "./slack/person.ts";
import type { Sandbox } from "./start.ts";

interface TourOptions {
  say(text: string): void;
  lagSeconds: number;
}

type Element = { action_id?: string; options?: { value: string; text: { text: string } }[] };

/**
 * Drives the four flows as a person would, through the signed requests that Slack sends, and prints what each person
 * sees. Throws when something that should appear does not.
 */
export async function tour(sandbox: Sandbox, { say, lagSeconds }: TourOptions): Promise<void> {
  const { slack } = sandbox;
  const agent = slack.as("admin.agent");
  const agente = slack.as("admin.agent.es");
  const sales = slack.as("sales.agent");
  const patience = { timeoutMs: (lagSeconds + 60) * 1_000 };

  const heading = (text: string) => say(`\n━━ ${text}`);
  const sees = (who: string, what: string, text: string) => {
    say(`\n${who} sees ${what}:`);
    for (const line of readable(text).split("\n")) say(`   │ ${line}`);
  };
  const showView = (who: string, view: ShownView) =>
    sees(
      who,
      `the window "${view.title}"`,
      masked(`${view.text}${view.submit ? `\n[ ${view.submit} ]` : ""}`),
    );

  async function choose(person: SlackPerson, id: string, index = 0): Promise<void> {
    const option = await slack.waitFor(() => optionsOf(person.currentView(), id)[index], {
      ...patience,
      what: `options of ${id}`,
    });
    await person.select(id, option.value);
  }
  async function customer(person: SlackPerson, id: string, query: string): Promise<void> {
    await person.pick(id, query, 0);
  }
  async function window(person: SlackPerson, says: string): Promise<ShownView> {
    return slack.waitFor(
      () => {
        const view = person.currentView();
        return view && (view.callbackId === says || view.text.includes(says)) ? view : null;
      },
      { ...patience, what: `a window with ${says}` },
    );
  }
  async function message(person: SlackPerson, about: string, says: string): Promise<ShownMessage> {
    return slack.waitFor(() => person.dm().find(({ text }) => text.includes(about) && text.includes(says)), {
      ...patience,
      what: `a message with ${says}`,
    });
  }

  heading("A sales agent asks for keys: not allowed (K1)");
  await sales.command(commands.keys);
  showView(
    "The sales agent",
    await slack.waitFor(() => finished(sales.currentView()), { ...patience, what: "a refusal" }),
  );
  await sales.close();

  heading("The admin agent buys SQL Server for Contoso (B1, B2, B3)");
  await agent.command(commands.buy);
  await window(agent, callbacks.buyForm);
  await customer(agent, actions.buyCustomer, "contoso");
  await slack.waitFor(() => hasElement(agent.currentView(), actions.buyProduct), patience);
  await agent.pick(actions.buyProduct, "sql server enterprise 3 years", 0);
  await choose(agent, inputs.buyTerm);
  await agent.type(inputs.buyQuantity, "4");
  showView("The admin agent", await window(agent, callbacks.buyForm));
  await agent.submit();
  showView("The admin agent", await window(agent, callbacks.buyConfirm));
  await agent.submit();
  showView("The admin agent", await slack.waitFor(() => finished(agent.currentView()), patience));
  await agent.close();
  const bought = await message(agent, "Purchase for Contoso", "Ordered.");
  sees("The admin agent", "in the direct messages", bought.text);

  heading("The admin agent gets the key and the link (K3, K4, K5)");
  await agent.click(actions.keysOpen, { message: bought });
  await choose(agent, actions.keysVersion);
  await choose(agent, actions.keysLanguage);
  await choose(agent, inputs.keysFileType);
  await agent.type(inputs.keysReason, "Installation for the customer");
  await agent.submit();
  showView("The admin agent", await window(agent, "Activation key"));
  await agent.close();
  sees(
    "The admin agent",
    "in the direct messages",
    (await message(agent, "Keys and downloads", "Shown to you")).text,
  );

  heading(`The admin agent cancels the purchase (C6, C8) and it is followed for ${lagSeconds} s (C9)`);
  await agent.click(actions.cancelOpen, { message: bought });
  const form = await slack.waitFor(
    () => (agent.currentView()?.text.includes("left to cancel") ? agent.currentView() : null),
    { ...patience, what: "how long the order can be cancelled" },
  );
  showView("The admin agent", form);
  if (form.callbackId === callbacks.cancelForm) await agent.submit();
  showView("The admin agent", await window(agent, callbacks.cancelConfirm));
  const from = Date.now();
  await agent.submit();
  await slack.waitFor(() => finished(agent.currentView()), patience);
  await agent.close();
  const accepted = await message(agent, "Cancellation of", "accepted");
  sees("The admin agent", `after ${secondsSince(from)} s`, accepted.text);
  const visible = await message(agent, "Cancellation of", "Cancelled.");
  sees("The admin agent", `after ${secondsSince(from)} s, in the same message`, visible.text);
  const revoked = await message(agent, "Keys and downloads", "evoked");
  sees("The admin agent", "in the message about the keys", revoked.text);

  heading("The Spanish agent asks Microsoft for a refund (S1-S5, S7)");
  await agente.command(commands.support);
  await window(agente, callbacks.supportForm);
  await customer(agente, actions.supportCustomer, "northwind");
  await choose(agente, inputs.supportImpact, 1);
  await agente.type(inputs.supportTitle, "Reembolso de BizTalk Server");
  await agente.type(inputs.supportOrder, seedOrders.seventyFiveDaysOld.id);
  await agente.type(inputs.supportReason, "El cliente compró la edición equivocada.");
  await agente.type(inputs.supportAmount, "1.250,00 EUR");
  await agente.type(inputs.supportContactName, "Agente de administración");
  await agente.type(inputs.supportContactEmail, "admin.agent.es@partner.example");
  await agente.type(inputs.supportContactPhone, "+34 910 000 000");
  showView("The Spanish agent", await window(agente, callbacks.supportForm));
  await agente.submit();
  showView("The Spanish agent", await slack.waitFor(() => finished(agente.currentView()), patience));
  await agente.close();
  const filed = await slack.waitFor(() => agente.dm().find(({ text }) => /\b\d{15,16}\b/.test(text)), {
    ...patience,
    what: "the number of the support request",
  });
  sees("The Spanish agent", "in the direct messages", filed.text);
  say(
    "\nThat is the whole way: signed requests in, PostgreSQL, jobs, Partner Center over HTTP, messages out.",
  );
}

function elementsOf(view: ShownView | undefined): Element[] {
  return (view?.blocks ?? []).flatMap((block) => {
    const { element, accessory, elements } = block as {
      element?: Element;
      accessory?: Element;
      elements?: Element[];
    };
    return [element, accessory, ...(elements ?? [])].filter((one) => one !== undefined);
  });
}

function hasElement(view: ShownView | undefined, id: string): boolean {
  return elementsOf(view).some((element) => element.action_id === id);
}

function optionsOf(view: ShownView | undefined, id: string): NonNullable<Element["options"]> {
  return elementsOf(view).find((element) => element.action_id === id)?.options ?? [];
}

/** A window with nothing left to submit and no work under way. */
function finished(view: ShownView | undefined): ShownView | null {
  return view && view.submit === undefined && !/…|\.\.\./.test(view.text) ? view : null;
}

function secondsSince(from: number): number {
  return Math.round((Date.now() - from) / 1_000);
}

/** Markup as a terminal shows it: date tokens by their fallback, the rest as it stands. */
function readable(text: string): string {
  return text
    .replaceAll(/<!date\^\d+\^[^|>]*\|([^>]*)>/g, "$1")
    .replaceAll(/<(https?:[^|>]+)\|([^>]*)>/g, "$2 ($1)")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}

/** A terminal is no modal: of a key only its last five characters, of a link only where it leads. */
function masked(text: string): string {
  return text
    .replaceAll(/\b(?:[A-Z0-9]{5}-){4}([A-Z0-9]{5})\b/g, "•••••-•••••-•••••-•••••-$1")
    .replaceAll(/(\/_sim\/download\/)[\w-]+/g, "$1•••");
}
