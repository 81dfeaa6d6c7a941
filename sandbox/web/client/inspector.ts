import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Exchange } from "#sandbox/slack/inspector.ts";
import { get, post } from "./api.ts";
import { useDesk } from "./desk.ts";

const most = 100;
const quietMs = 60;
const kinds = { all: "Everything", bot: "To the bot", slack: "From the bot", error: "Failed" };
type Kind = keyof typeof kinds;

/** The traffic between the workspace and the bot, newest first. `version` changes when there is more. */
export function Inspector({ version }: { version: number }) {
  const { seen } = useDesk();
  const all = useExchanges(version);
  const [kind, setKind] = useState<Kind>("all");
  const [text, setText] = useState("");
  const wanted = text.trim().toLowerCase();
  const people = new Map(seen.people.map((person) => [person.id, person.key]));
  const shown = all.filter(
    (exchange) =>
      (kind === "all" || exchange.to === kind || exchange.outcome === kind) &&
      `${exchange.name} ${exchange.kind} ${people.get(exchange.person ?? "") ?? ""} ${exchange.status} ${exchange.note}`
        .toLowerCase()
        .includes(wanted),
  );
  return html`
    <div class="filters">
      <input type="search" class="text-field" aria-label="Filter the exchanges" placeholder="Filter"
        value=${text} onInput=${(event: Event) => setText((event.target as HTMLInputElement).value)} />
      <select class="text-field" aria-label="Which exchanges" value=${kind}
        onChange=${(event: Event) => setKind((event.target as HTMLSelectElement).value as Kind)}>
        ${Object.entries(kinds).map(([value, label]) => html`<option value=${value}>${label}</option>`)}
      </select>
    </div>
    ${
      shown.length === 0
        ? html`<p class="empty">${
            all.length === 0
              ? "No exchanges yet. Type a slash command and watch what the bot is told."
              : "No exchange fits the filter."
          }</p>`
        : html`<ul class="exchanges">
            ${shown
              .slice(0, most)
              .map(
                (exchange) =>
                  html`<${ExchangeView} key=${exchange.id} exchange=${exchange} person=${people.get(exchange.person ?? "")} />`,
              )}
          </ul>`
    }`;
}

function useExchanges(version: number): Exchange[] {
  const { complain } = useDesk();
  const [known, setKnown] = useState<Exchange[]>([]);
  const latest = useRef(0);
  useEffect(() => {
    const read = async (): Promise<void> => {
      const { exchanges } = await get<{ exchanges: Exchange[] }>(
        `/control/exchanges?after=${latest.current}`,
      );
      latest.current = exchanges.at(-1)?.seq ?? latest.current;
      const changed = new Set(exchanges.map(({ id }) => id));
      setKnown((before) =>
        [...exchanges, ...before.filter(({ id }) => !changed.has(id))].sort((one, other) =>
          other.at.localeCompare(one.at),
        ),
      );
    };
    const timer = setTimeout(() => read().catch(complain), quietMs);
    return () => clearTimeout(timer);
  }, [version]);
  return known;
}

function ExchangeView({ exchange, person }: { exchange: Exchange; person: string | undefined }) {
  const { complain } = useDesk();
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const toBot = exchange.to === "bot";
  const redeliver = async (): Promise<void> => {
    setBusy(true);
    try {
      await post("/control/redeliver", { deliveryId: exchange.id, fresh: true });
    } catch (error) {
      complain(error);
    }
    setBusy(false);
  };
  const outcome = exchange.outcome === "pending" ? "waiting" : exchange.outcome === "ok" ? "ok" : "failed";
  const about = [
    exchange.at.slice(11, 19),
    exchange.kind === exchange.name ? undefined : exchange.kind,
    person,
    exchange.latencyMs === null ? undefined : `${exchange.latencyMs}\u00a0ms`,
    exchange.note || undefined,
  ];
  return html`<li class="exchange">
    <button type="button" class="exchange-head" aria-expanded=${open} onClick=${() => setOpen(!open)}>
      <span class="direction" data-to=${exchange.to}>
        <span aria-hidden="true">${toBot ? "→" : "←"}</span>
        <span class="sr-only">${toBot ? "to the bot" : "from the bot"}</span>
      </span>
      <span class="exchange-name">${exchange.name}</span>
      <span class="pill" data-outcome=${exchange.outcome}>${outcome}${exchange.status !== null && ` ${exchange.status}`}</span>
      <small>${about.filter(Boolean).join(" · ")}</small>
    </button>
    ${
      open &&
      html`<div class="exchange-bodies">
        <h3>Request</h3>
        <pre tabindex="0">${pretty(exchange.request)}</pre>
        <h3>Answer</h3>
        <pre tabindex="0">${pretty(exchange.answer)}</pre>
        ${
          toBot &&
          html`<button type="button" class="button" aria-busy=${busy || undefined} onClick=${() => void redeliver()}>
            Redeliver
          </button>`
        }
      </div>`
    }
  </li>`;
}

function pretty(body: unknown): string {
  if (body === null || body === undefined || body === "") return "(empty)";
  return typeof body === "string" ? body : JSON.stringify(body, null, 2);
}
