import type { GeneratedHistory } from "./generated-history.ts";
import type { Order } from "./state.ts";

/**
 * Every order, found by its customer. Orders that were seeded, placed or changed are kept; those of a generated
 * history are made when somebody looks, and kept from the moment they change.
 */
export class OrderBook {
  readonly #history: GeneratedHistory | null;
  readonly #kept = new Map<string, Order>();
  readonly #keptOf = new Map<string, Order[]>();

  constructor(history: GeneratedHistory | null) {
    this.#history = history;
  }

  keep(order: Order): void {
    if (this.#kept.has(order.id)) return;
    this.#kept.set(order.id, order);
    const others = this.#keptOf.get(order.customerId);
    if (others) others.push(order);
    else this.#keptOf.set(order.customerId, [order]);
  }

  /** The order of this customer with this id, which is case-sensitive. */
  find(customerId: string, orderId: string): Order | undefined {
    const kept = this.#kept.get(orderId);
    if (kept) return kept.customerId === customerId ? kept : undefined;
    return this.#history?.ordersOf(customerId).find(({ id }) => id === orderId);
  }

  /** The orders of one customer, oldest first. */
  of(customerId: string): Order[] {
    const generated = this.#history?.ordersOf(customerId).filter(({ id }) => !this.#kept.has(id)) ?? [];
    return [...generated, ...(this.#keptOf.get(customerId) ?? [])].sort(
      (a, b) => a.createdAt.getTime() - b.createdAt.getTime(),
    );
  }

  /** Seeded, placed and changed orders, in the order in which they came to be kept. */
  kept(): Order[] {
    return [...this.#kept.values()];
  }
}
