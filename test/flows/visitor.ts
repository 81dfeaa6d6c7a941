import { createHmac } from "node:crypto";
import { seedCustomers } from "#sandbox/partner-center/seed.ts";
import type { SlackStandIn } from "#sandbox/slack/start.ts";
import { allProducts } from "#src/slack/cancel/form.ts";
import { actions, callbacks, commands, inputs, notices } from "#src/slack/ids.ts";

type Person = ReturnType<SlackStandIn["as"]>;
type View = NonNullable<ReturnType<Person["currentView"]>>;
type Message = ReturnType<Person["dm"]>[number];

/** Long enough on a busy machine for the first look after a cancellation, which comes after five seconds. */
const patienceMs = 60_000;

/** A person at Slack, step by step through the flows, waiting for what they see. */
export interface Visitor {
  person: Person;
  /** Closes whatever is open and types a command. */
  types(command: string, text?: string): Promise<void>;
  /** Waits for the modal of this name. */
  shows(callbackId: string): Promise<View>;
  /** Waits for a modal that says this. */
  sees(text: string | RegExp): Promise<View>;
  /** Waits for a modal with this field or button. */
  offered(actionId: string): Promise<View>;
  /** Waits for a message in the conversation with the bot; the newest that says all of this. */
  reads(...texts: (string | RegExp)[]): Promise<Message>;
  /** The values that a select of the open modal offers. */
  choices(actionId: string): { value: string; text: string; description: string }[];
  /** Fills the purchase form up to the quantity. */
  chooseSoftware(query: string, customer?: string, quantity?: string): Promise<View>;
  /** Chooses a product in an open purchase form, with the first Azure subscription and scope where it asks for them. */
  choosesProduct(query: string): Promise<void>;
  /** Waits until nothing is being loaded into the open form. */
  settled(): Promise<View>;
  /** Goes on to the price. */
  checkPrice(query: string, customer?: string, quantity?: string): Promise<View>;
  /** Buys, and waits for the message with the order. */
  buys(query: string, customer?: string, quantity?: string): Promise<Message>;
  /** From the command to a customer's software page. */
  opensSoftware(customer?: string): Promise<View>;
  /** From the command to the form for one line. */
  choosesLine(orderId: string, customer?: string, lineItemNumber?: number): Promise<View>;
  /** Chooses the first of everything in an open keys form, says why, and asks. */
  getsKeys(): Promise<View>;
  /** From the command to the chosen order. */
  choosesOrder(orderId: string, customer: string, lineItemNumber?: number): Promise<View>;
  /** Goes on to the last look before an open order is cancelled. */
  summarisesCancellation(orderId: string, customer: string): Promise<View>;
}

export function visit(slack: SlackStandIn, who: string): Visitor {
  const person = slack.as(who);
  const says = (text: string, wanted: string | RegExp) =>
    typeof wanted === "string" ? text.includes(wanted) : wanted.test(text);
  const waitFor = async <T>(what: string, fact: () => T | undefined | false): Promise<T> => {
    try {
      return (await slack.waitFor(fact, { timeoutMs: patienceMs })) as T;
    } catch (error) {
      const view = person.currentView();
      const shown = view ? `${view.callbackId} "${view.title}": ${view.text}` : "no modal";
      throw new Error(
        `${who} never sees ${what}. There is ${shown}. The last message: ${person.dm().at(-1)?.text}`,
        {
          cause: error,
        },
      );
    }
  };

  const visitor: Visitor = {
    person,
    async types(command, text) {
      while (person.currentView()) await person.close({ all: true });
      await person.command(command, text);
    },
    shows: (callbackId) =>
      waitFor(callbackId, () => {
        const view = person.currentView();
        return view?.callbackId === callbackId && view;
      }),
    sees: (text) =>
      waitFor(String(text), () => {
        const view = person.currentView();
        return view && says(`${view.title}\n${view.text}`, text) && view;
      }),
    offered: (actionId) =>
      waitFor(actionId, () => {
        const view = person.currentView();
        return view && JSON.stringify(view.blocks).includes(`"${actionId}"`) && view;
      }),
    reads: (...texts) =>
      waitFor(texts.join(" and "), () =>
        person.dm().findLast(({ text }) => texts.every((wanted) => says(text, wanted))),
      ),
    choices: (actionId) =>
      (
        (person.currentView()?.blocks ?? [])
          .map((block) => block.element)
          .find((one) => one?.action_id === actionId)?.options ?? []
      ).map((option) => ({
        value: option.value ?? "",
        text: option.text.text,
        description: (option.description as { text?: string } | undefined)?.text ?? "",
      })),

    async chooseSoftware(query, customer = "Contoso", quantity = "2") {
      await visitor.types(commands.buy);
      await visitor.shows(callbacks.buyForm);
      await person.pick(actions.buyCustomer, customer, 0);
      await visitor.offered(actions.buyProduct);
      await visitor.choosesProduct(query);
      await person.select(inputs.buyTerm, visitor.choices(inputs.buyTerm)[0]?.value ?? "");
      await person.type(inputs.buyQuantity, quantity);
      return visitor.offered(inputs.buyTerm);
    },
    async choosesProduct(query) {
      const product = await person.pick(actions.buyProduct, query, 0);
      await waitFor(`the questions of ${product.value}`, () =>
        blocksAtRest(person.currentView()).some(
          ({ element, block_id }) =>
            element?.action_id === inputs.buyTerm && block_id?.endsWith(`/${product.value}`),
        ),
      );
      const scopes = visitor.choices(inputs.buyScope);
      if (scopes.length === 0) return;
      const [subscription] = visitor.choices(actions.buySubscription);
      await person.select(actions.buySubscription, subscription?.value ?? "");
      await visitor.settled();
      await person.select(inputs.buyScope, scopes[0]?.value ?? "");
    },
    settled: () =>
      waitFor("the form at rest", () => {
        const view = person.currentView();
        return blocksAtRest(view).length > 0 && view;
      }),
    async checkPrice(...choice) {
      await visitor.chooseSoftware(...choice);
      await person.submit();
      return visitor.shows(callbacks.buyConfirm);
    },
    async buys(...choice) {
      await visitor.checkPrice(...choice);
      const known = new Set(person.dm().map(({ ts }) => ts));
      await person.submit();
      await person.close();
      return waitFor("the order", () =>
        person
          .dm()
          .find(({ ts, blocks }) => !known.has(ts) && JSON.stringify(blocks).includes(actions.cancelOpen)),
      );
    },
    async getsKeys() {
      for (const actionId of [actions.keysVersion, actions.keysLanguage, inputs.keysFileType]) {
        await visitor.offered(actionId);
        await person.select(actionId, visitor.choices(actionId)[0]?.value ?? "");
      }
      await person.type(inputs.keysReason, "Ticket 4711");
      await person.submit();
      return visitor.offered(actions.keysDownload);
    },
    async opensSoftware(customer = "Contoso") {
      await visitor.types(commands.keys);
      await visitor.shows(callbacks.keysSoftware);
      await person.pick(actions.keysCustomer, customer, 0);
      return visitor.offered(actions.keysSearch);
    },
    async choosesLine(orderId, customer, lineItemNumber = 0) {
      await visitor.opensSoftware(customer);
      await person.type(actions.keysSearch, orderId, { enter: true });
      await waitFor(`the lines of ${orderId} alone`, () => {
        const ids = blocksAtRest(person.currentView()).map(({ block_id: id = "" }) => id);
        const lines = ids.filter((id) => id.startsWith(`${actions.keysGet}/`));
        return lines.length > 0 && lines.every((id) => id.startsWith(`${actions.keysGet}/${orderId}#`));
      });
      await person.click(`${actions.keysGet}/${orderId}#${lineItemNumber}`);
      return visitor.shows(callbacks.keysForm);
    },
    async choosesOrder(orderId, customer, lineItemNumber = 0) {
      await visitor.types(commands.cancel);
      await visitor.shows(callbacks.cancelForm);
      await person.pick(actions.cancelCustomer, customer, 0);
      await visitor.offered(actions.cancelProduct);
      const products = visitor.choices(actions.cancelProduct);
      for (const { value } of products.filter((product) => product.value !== allProducts)) {
        await person.select(actions.cancelProduct, value);
        await waitFor(`the orders of ${value}`, () =>
          blocksAtRest(person.currentView()).some(
            (block) => block.element?.action_id === actions.cancelLines && block.block_id?.includes(value),
          ),
        );
        const line = `${orderId}#${lineItemNumber}`;
        if (!visitor.choices(actions.cancelLines).some((choice) => choice.value === line)) continue;
        await person.select(actions.cancelLines, [line]);
        return waitFor(`${orderId} is chosen`, () => {
          const view = person.currentView();
          const chosen = blocksAtRest(view)
            .map((block) => block.element)
            .find((one) => one?.action_id === actions.cancelLines)?.initial_options;
          return (chosen as { value?: string }[] | undefined)?.some(({ value }) => value === line) && view;
        });
      }
      throw new Error(`${who} is not offered the order ${orderId}`);
    },
    async summarisesCancellation(orderId, customer) {
      await visitor.choosesOrder(orderId, customer);
      await person.submit();
      return visitor.shows(callbacks.cancelConfirm);
    },
  };
  return visitor;
}

/** The blocks of a view that is not about to change. */
function blocksAtRest(view: View | undefined): View["blocks"] {
  return view && !view.blocks.some(({ block_id }) => block_id === notices.busy) ? view.blocks : [];
}

/** The newest delivery of this kind, as it was sent. */
export function lastDelivery(slack: SlackStandIn, kind: string) {
  const delivery = slack.deliveries.findLast((one) => one.kind === kind);
  if (!delivery) throw new Error(`Slack delivered no ${kind}`);
  return delivery;
}

/** Sends a recorded interaction changed and signed anew, as somebody could who knows the signing secret; the answer. */
export async function forge(
  slack: SlackStandIn,
  url: string,
  body: string,
  change: (payload: string) => string,
): Promise<{ status: number; text: string }> {
  const payload = change(new URLSearchParams(body).get("payload") ?? "");
  return sendSigned(slack, url, new URLSearchParams({ payload }));
}

/** Sends a form signed as Slack signs it; the answer. */
export async function sendSigned(
  slack: SlackStandIn,
  url: string,
  fields: URLSearchParams,
): Promise<{ status: number; text: string }> {
  const form = fields.toString();
  const at = Math.floor(Date.now() / 1_000);
  const digest = createHmac("sha256", slack.signingSecret).update(`v0:${at}:${form}`).digest("hex");
  const response = await fetch(`${url}/slack/events`, {
    method: "POST",
    body: form,
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      "x-slack-request-timestamp": String(at),
      "x-slack-signature": `v0=${digest}`,
    },
  });
  return { status: response.status, text: await response.text() };
}

/** The seeded customer whose name begins with this. */
export function customer(name: string): (typeof seedCustomers)[number] {
  const found = seedCustomers.find(({ companyName }) => companyName.startsWith(name));
  if (!found) throw new Error(`There is no customer ${name}`);
  return found;
}

/** Key and link, as they can be copied from the modal that hands them over. */
export function secretsIn(view: View | undefined): string[] {
  return (view?.blocks ?? [])
    .filter(({ type }) => type === "rich_text")
    .map((block) => /"text":"([^"]+)"/.exec(JSON.stringify(block))?.[1] ?? "");
}

/** The purchase that the price is shown for. */
export function purchaseOf(price: View): string {
  const { purchaseId } = JSON.parse(price.privateMetadata) as { purchaseId: string };
  return purchaseId;
}

/** What was typed and chosen in a form, by action id. */
export function stateOf(view: View): View["state"][string] {
  return Object.fromEntries(Object.values(view.state).flatMap((block) => Object.entries(block)));
}
