import { seedOrders } from "#sandbox/partner-center/seed.ts";
import { actions, callbacks, commands, inputs } from "#src/slack/ids.ts";
import { visit } from "../flows/visitor.ts";
import type { World } from "../kill/world.ts";

/** Something that a person does in Slack, step by step. `choice`, from 0 to 1, decides what is left open. */
export type PersonsAct = (world: World, who: string, choice: number) => Promise<void>;

const products = [
  "sql server 2022 standard",
  "windows server 2022 standard",
  "sql server enterprise 2 core license pack - 1",
];

/** An order of Contoso's that was bought here and is not cancelled. */
function boughtOrder({ partnerCenter }: World, choice: number): string {
  const bought = partnerCenter
    .orders()
    .filter(({ lines }) =>
      lines.some(
        ({ friendlyName, cancellation }) => friendlyName?.startsWith("pur_") && cancellation === "none",
      ),
    );
  const order = bought[Math.floor(choice * bought.length)];
  if (!order) throw new Error("nothing was bought yet");
  return order.id;
}

export const personsActs = {
  "buys software": async ({ slack }, who, choice) => {
    const agent = visit(slack, who);
    const query = products[Math.floor(choice * products.length)] ?? "";
    await agent.checkPrice(query, "Contoso", String(1 + Math.floor(choice * 9)));
    await agent.person.submit();
  },
  "looks at a price and goes away": async ({ slack }, who) => {
    const agent = visit(slack, who);
    await agent.checkPrice("sql server 2022 standard");
    await agent.person.close({ all: true });
  },
  "cancels an order": async (world, who, choice) => {
    const agent = visit(world.slack, who);
    await agent.summarisesCancellation(boughtOrder(world, choice), "Contoso");
    await agent.person.submit();
  },
  "gets a key and a link": async (world, who, choice) => {
    const agent = visit(world.slack, who);
    await agent.choosesLine(boughtOrder(world, choice));
    await agent.getsKeys();
    await agent.person.close({ all: true });
  },
  "asks for support": async ({ slack }, who, choice) => {
    const agent = visit(slack, who);
    await agent.types(commands.support);
    await agent.shows(callbacks.supportForm);
    await agent.person.pick(actions.supportCustomer, "Contoso", 0);
    await agent.person.select(inputs.supportImpact, "minimal");
    await agent.person.type(inputs.supportTitle, `Case ${Math.floor(choice * 1e6)}`);
    await agent.person.type(inputs.supportOrder, seedOrders.extendedSecurityUpdates.id);
    await agent.person.type(inputs.supportReason, "Bought by mistake");
    await agent.person.type(inputs.supportAmount, "100.00 USD");
    await agent.person.type(inputs.supportContactPhone, "+1 555 0100");
    await agent.person.submit();
  },
  "opens the Home tab": async ({ slack }, who) => {
    await visit(slack, who).person.openHome();
  },
  "asks for help": async ({ slack }, who) => {
    await visit(slack, who).types(commands.help);
  },
} satisfies Record<string, PersonsAct>;
