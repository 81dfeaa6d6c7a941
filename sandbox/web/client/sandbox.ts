import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import type { Surroundings } from "../wire.ts";
import { get, post } from "./api.ts";
import { formatDate } from "./dates.ts";
import { readerOf, useDesk } from "./desk.ts";

const minute = 60_000;
const steps = [
  { label: "+1 min", ms: minute },
  { label: "+15 min", ms: 15 * minute },
  { label: "+1 day", ms: 24 * 60 * minute },
];
const lags = [
  { label: "at once", ms: 0 },
  { label: "10 seconds", ms: 10_000 },
  { label: "1 minute", ms: minute },
  { label: "5 minutes", ms: 5 * minute },
  { label: "15 minutes", ms: 15 * minute },
];

/** What one can do to the world around the bot: its time, its speed, its failures. */
export function SandboxControls() {
  const { seen, complain } = useDesk();
  const [world, setWorld] = useState<Surroundings>();
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    get<Surroundings>("/web/surroundings").then(setWorld, complain);
  }, [seen.now]);

  const change = async (wanted: object): Promise<void> => {
    setBusy(true);
    try {
      setWorld(await post<Surroundings>("/web/surroundings", wanted));
    } catch (error) {
      complain(error);
    }
    setBusy(false);
  };
  if (!world) return null;
  const written = (instant: string): string =>
    formatDate(Date.parse(instant) / 1000, "{date_short}, {time_secs}", readerOf(seen.person), 0);
  const simulator = world.partnerCenter;
  const lag = simulator?.cancellationLagMs ?? 0;
  const choices = lags.some(({ ms }) => ms === lag)
    ? lags
    : [...lags, { label: `${lag / 1000} seconds`, ms: lag }];
  return html`<div class="controls" aria-busy=${busy || undefined}>
    <section aria-labelledby="controls-clock">
      <h3 id="controls-clock">Clock</h3>
      <dl>
        <dt>Workspace</dt><dd>${written(world.now)}</dd>
        ${simulator && html`<dt>Partner Center</dt><dd>${written(simulator.now)}</dd>`}
      </dl>
      <div class="actions">
        ${steps.map(
          ({
            label,
            ms,
          }) => html`<button type="button" class="button" onClick=${() => void change({ what: "clock", advanceMs: ms })}>
            ${label}
          </button>`,
        )}
      </div>
      <p class="hint">Moves ${simulator ? "both clocks" : "the workspace's clock"} forward; there is no way back.</p>
    </section>
    ${
      simulator &&
      html`<section aria-labelledby="controls-lag">
        <h3 id="controls-lag">Cancellations</h3>
        <label class="label" for="lag">A cancellation shows</label>
        <select id="lag" class="text-field" value=${lag}
          onChange=${(event: Event) =>
            void change({ what: "lag", cancellationMs: Number((event.target as HTMLSelectElement).value) })}>
          ${choices.map(({ label, ms }) => html`<option value=${ms}>${ms === 0 ? label : `after ${label}`}</option>`)}
        </select>
      </section>`
    }
    <section aria-labelledby="controls-faults">
      <h3 id="controls-faults">Faults</h3>
      ${
        simulator &&
        html`<${Switch} label="Partner Center is down" on=${simulator.down}
          hint="Every call is answered with 503." set=${(down: boolean) => void change({ what: "partner-center", down })} />`
      }
      <${Switch} label="Slack is slow" on=${world.slackSlow} hint="Every Web API call takes two seconds."
        set=${(slow: boolean) => void change({ what: "slack", slow })} />
      <p class="hint">Switching one off removes every fault on that side.</p>
    </section>
  </div>`;
}

function Switch({
  label,
  hint,
  on,
  set,
}: {
  label: string;
  hint: string;
  on: boolean;
  set: (on: boolean) => void;
}) {
  return html`<label class="switch">
    <input type="checkbox" role="switch" checked=${on}
      onChange=${(event: Event) => set((event.target as HTMLInputElement).checked)} />
    <span><strong>${label}</strong><small>${hint}</small></span>
  </label>`;
}
