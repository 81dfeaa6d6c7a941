import { html } from "htm/preact";
import { useEffect, useRef } from "preact/hooks";
import { post } from "./api.ts";
import { Blocks } from "./blocks.ts";
import { useDesk } from "./desk.ts";
import { Outbox, SurfaceContext } from "./surface.ts";

/** The app's Home tab. Opening it tells the app. */
export function Home() {
  const { seen, words, complain } = useDesk();
  const outbox = useRef(new Outbox()).current;
  const { home, person } = seen;
  useEffect(() => {
    post("/control/home", { person: person.key }).catch(complain);
  }, [person.key]);

  if (!home) return html`<p class="empty">${words.emptyHome}</p>`;
  const surface = {
    key: home.id,
    kind: "home" as const,
    where: { home: true },
    blocks: home.blocks,
    state: home.state,
    errors: home.errors,
    outbox,
  };
  return html`<div class="home">
    <div role="alert">${home.trouble !== null && html`<p class="trouble">${home.trouble}</p>`}</div>
    <${SurfaceContext.Provider} value=${surface}><${Blocks} blocks=${home.blocks} /><//>
  </div>`;
}
