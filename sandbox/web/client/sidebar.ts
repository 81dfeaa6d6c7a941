import { html } from "htm/preact";
import { AppAvatar, Avatar, describe } from "./avatar.ts";
import { useDesk } from "./desk.ts";
import { MenuButton } from "./menu.ts";
import { homePlace, messagesPlace } from "./route.ts";

/** Who one is, and where one can go. */
export function Sidebar({
  place,
  unread,
  become,
}: {
  place: string;
  /** Channel ids. */
  unread: Set<string>;
  become: (person: string) => void;
}) {
  const { seen, setting, words } = useDesk();
  const channels = seen.channels.filter((channel) => channel.kind === "channel");
  const dm = seen.channels.find((channel) => channel.kind === "im");
  const { tabs, app } = setting;
  return html`
    <${PersonaSwitcher} become=${become} />
    <nav aria-label=${setting.title}>
      <h2 id="nav-channels">${words.channels}</h2>
      <ul aria-labelledby="nav-channels">
        ${channels.map(
          (
            channel,
          ) => html`<${Entry} key=${channel.id} to=${channel.id} place=${place} unread=${unread.has(channel.id)}
            face=${html`<span class="hash" aria-hidden="true">#</span>`} label=${channel.name} />`,
        )}
      </ul>
      ${
        tabs.messages &&
        html`<h2 id="nav-dms">${words.directMessages}</h2>
        <ul aria-labelledby="nav-dms">
          <${Entry} to=${messagesPlace} place=${place} unread=${dm !== undefined && unread.has(dm.id)}
            face=${html`<${AppAvatar} size="small" />`} label=${app.name} badge=${words.app} />
        </ul>`
      }
      ${
        tabs.home &&
        html`<h2 id="nav-apps">${words.apps}</h2>
        <ul aria-labelledby="nav-apps">
          <${Entry} to=${homePlace} place=${place} unread=${false} face=${html`<${AppAvatar} size="small" />`}
            label=${`${app.name} · ${words.home}`} />
        </ul>`
      }
    </nav>`;
}

function Entry({
  to,
  place,
  unread,
  face,
  label,
  badge,
}: {
  to: string;
  place: string;
  unread: boolean;
  face: unknown;
  label: string;
  badge?: string;
}) {
  const { go, words } = useDesk();
  return html`<li><button type="button" class="entry" aria-current=${to === place ? "page" : undefined}
    data-unread=${unread || undefined} onClick=${() => go(to)}>
    ${face}<span class="entry-name">${label}</span>
    ${badge && html`<span class="badge">${badge}</span>`}
    ${unread && html`<span class="dot"><span class="sr-only">${words.unread}</span></span>`}
  </button></li>`;
}

function PersonaSwitcher({ become }: { become: (person: string) => void }) {
  const { seen } = useDesk();
  const { person, people } = seen;
  const face = html`
    <${Avatar} name=${person.realName} place=${people.findIndex(({ id }) => id === person.id)} />
    <span class="persona"><span class="sr-only">You are</span> <strong>${person.realName}</strong><small>${describe(person)}</small></span>
    <span class="chevron" aria-hidden="true"></span>`;
  return html`<div class="persona-switcher">
    <${MenuButton} wide=${true} className="persona-button" label="Become somebody else" face=${face} textual=${true}
      items=${people.map((other, index) => ({
        key: other.key,
        checked: other.key === person.key,
        disabled: other.deactivated,
        label: html`<${Avatar} name=${other.realName} place=${index} size="small" />
          <span class="persona"><strong>${other.realName}</strong><small>${describe(other)}</small></span>`,
        pick: () => become(other.key),
      }))} />
  </div>`;
}
