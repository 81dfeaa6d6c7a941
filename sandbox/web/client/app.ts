import { html } from "htm/preact";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { Seen, Setting } from "../wire.ts";
import { AppAvatar } from "./avatar.ts";
import { Confirmations } from "./confirm.ts";
import { Conversation } from "./conversation.ts";
import { type Desk, DeskContext, useSeen } from "./desk.ts";
import { Home } from "./home.ts";
import { Inspector } from "./inspector.ts";
import { authorOf } from "./message.ts";
import { plainOf } from "./mrkdwn.ts";
import { homePlace, messagesPlace, type Route, useRoute } from "./route.ts";
import { SandboxControls } from "./sandbox.ts";
import { Sidebar } from "./sidebar.ts";
import { useDark } from "./theme.ts";
import { useUnread } from "./unread.ts";
import { ModalStack } from "./view-modal.ts";
import { type Words, wordsFor } from "./words.ts";

type Panel = "inspector" | "sandbox" | null;

/** The whole page. */
export function App({ setting, start }: { setting: Setting; start: Route }) {
  const [route, go] = useRoute(start);
  const [traffic, setTraffic] = useState(0);
  const [panel, setPanel] = useState<Panel>(null);
  const [menu, setMenu] = useState(false);
  const [problem, setProblem] = useState("");
  const onTraffic = useCallback(() => setTraffic((count) => count + 1), []);
  const { seen, connected, failure, refresh } = useSeen(route.person, onTraffic);
  const place = seen && placeFor(seen, setting, route.place);
  const channel = place?.channel;
  const unread = useUnread(seen, channel);
  const announcement = useAnnouncement(seen, setting);

  useEffect(() => {
    document.title = place ? `${place.title} · ${setting.title}` : setting.title;
  }, [place?.title]);
  useEffect(() => {
    if (problem === "") return undefined;
    const timer = setTimeout(() => setProblem(""), 8_000);
    return () => clearTimeout(timer);
  }, [problem]);

  const toggle = (which: Panel) => (): void => setPanel(panel === which ? null : which);
  const banner = html`<${Banner} setting=${setting} panel=${panel} toggle=${toggle} menu=${menu}
    onMenu=${() => setMenu(!menu)} unread=${unread.size > 0} connected=${connected} />`;
  if (!seen || !place) {
    const said = failure === undefined ? "Opening the workspace…" : String(failure);
    return html`<div class="page">${banner}<main id="main" class="empty" tabindex="-1">${said}</main></div>`;
  }

  const desk: Desk = {
    setting,
    seen,
    words: wordsFor(seen.person.locale),
    now: Date.parse(seen.now) / 1000,
    refresh,
    complain: (error) => setProblem(error instanceof Error ? error.message : String(error)),
    go: (to) => {
      setMenu(false);
      go({ place: to });
    },
  };
  const become = (person: string): void => {
    setMenu(false);
    go({ person });
  };
  return html`<${DeskContext.Provider} value=${desk}><${Confirmations} locale=${seen.person.locale}>
    <div class="page" data-panel=${panel !== null || undefined} data-menu=${menu || undefined}>
      ${banner}
      <div class="sidebar" id="sidebar" onKeyDown=${(event: KeyboardEvent) => event.key === "Escape" && setMenu(false)}>
        <${Sidebar} place=${place.id} unread=${unread} become=${become} />
      </div>
      ${menu && html`<div class="shade" onClick=${() => setMenu(false)}></div>`}
      <main id="main" tabindex="-1" key=${seen.person.key}>
        <${MainHeader} place=${place} words=${desk.words} />
        ${
          place.id === homePlace
            ? html`<div class="scroll" role="tabpanel" id="tabpanel" aria-labelledby="tab-home" tabindex="0"><${Home} /></div>`
            : html`<${Conversation} name=${place.title} channel=${channel} target=${place.target} writable=${place.writable} />`
        }
      </main>
      ${
        panel &&
        html`<aside class="panel" aria-labelledby="panel-title">
          <header>
            <h2 id="panel-title">${panel === "inspector" ? "Inspector" : "Sandbox"}</h2>
            <button type="button" class="icon-button" aria-label="Close the panel" onClick=${() => setPanel(null)}>
              <span aria-hidden="true">×</span>
            </button>
          </header>
          <div class="panel-body">
            ${panel === "inspector" ? html`<${Inspector} version=${traffic} />` : html`<${SandboxControls} />`}
          </div>
        </aside>`
      }
      <${ModalStack} key=${seen.person.key} views=${seen.views} />
      <div class="sr-only" role="status" aria-live="polite">${announcement}</div>
      <div class="toast" role="alert" popover="manual" ref=${showAbove(problem)}>${problem}</div>
    </div>
  <//><//>`;
}

/** A toast has to be above an open dialog. */
function showAbove(text: string) {
  return (element: HTMLElement | null): void => {
    if (!element) return;
    if (element.matches(":popover-open")) element.hidePopover();
    if (text !== "") element.showPopover();
  };
}

interface Place {
  id: string;
  title: string;
  app: boolean;
  tabs: { id: string; label: (words: Words) => string }[];
  channel: string | undefined;
  /** For the control API. */
  target: string;
  writable: boolean;
}

/** What the route names, or the first place this person may see. */
function placeFor(seen: Seen, setting: Setting, wanted: string): Place {
  const { tabs, app } = setting;
  const shown = [
    ...(tabs.home ? [{ id: homePlace, label: (words: Words) => words.home }] : []),
    ...(tabs.messages ? [{ id: messagesPlace, label: (words: Words) => words.messages }] : []),
  ];
  if (shown.some((tab) => tab.id === wanted)) {
    const dm = seen.channels.find((channel) => channel.kind === "im");
    return {
      id: wanted,
      title: app.name,
      app: true,
      tabs: shown,
      channel: wanted === messagesPlace ? dm?.id : undefined,
      target: "dm",
      writable: tabs.maySay,
    };
  }
  const channels = seen.channels.filter((channel) => channel.kind === "channel");
  const channel = channels.find(({ id }) => id === wanted) ?? channels[0];
  const id = channel?.id ?? "";
  return { id, title: `#${channel?.name}`, app: false, tabs: [], channel: id, target: id, writable: true };
}

function MainHeader({ place, words }: { place: Place; words: Words }) {
  return html`<header class="main-header">
    ${place.app && html`<${AppAvatar} size="small" />`}
    <h1 dir="auto">${place.title}</h1>
    ${place.app && html`<span class="badge">${words.app}</span>`}
    ${place.tabs.length > 1 && html`<${Tabs} place=${place} words=${words} />`}
  </header>`;
}

function Tabs({ place, words }: { place: Place; words: Words }) {
  return html`<${DeskContext.Consumer}>${(
    desk: Desk,
  ) => html`<div class="tabs" role="tablist" aria-label=${place.title}>
    ${place.tabs.map((tab) => {
      const selected = tab.id === place.id;
      const other = place.tabs.find(({ id }) => id !== tab.id)?.id ?? tab.id;
      return html`<button type="button" role="tab" id=${`tab-${tab.id}`} aria-selected=${selected}
        tabindex=${selected ? 0 : -1} onClick=${() => desk.go(tab.id)}
        onKeyDown=${(event: KeyboardEvent) => {
          if (!/^Arrow(Left|Right)$/.test(event.key)) return;
          desk.go(other);
          document.getElementById(`tab-${other}`)?.focus();
        }}>${tab.label(words)}</button>`;
    })}
  </div>`}<//>`;
}

function Banner({
  setting,
  panel,
  toggle,
  menu,
  onMenu,
  unread,
  connected,
}: {
  setting: Setting;
  panel: Panel;
  toggle: (which: Panel) => () => void;
  menu: boolean;
  onMenu: () => void;
  unread: boolean;
  connected: boolean;
}) {
  const [dark, setDark] = useDark();
  return html`<header class="banner">
    <button type="button" class="banner-button menu-button" aria-expanded=${menu} aria-controls="sidebar"
      aria-label=${unread ? "Menu, something unread" : "Menu"} onClick=${onMenu}>
      <span aria-hidden="true" class="menu-icon"></span>${unread && html`<span class="dot" aria-hidden="true"></span>`}
    </button>
    <p><strong>Sandbox:</strong> nothing here is real</p>
    <span class="connection" role="status">${connected ? "" : "Connecting again…"}</span>
    <div class="banner-links">
      ${setting.links.map(
        ({ label, url }) => html`<a href=${url} target="_blank" rel="noopener noreferrer">${label}</a>`,
      )}
    </div>
    <div class="banner-buttons">
      <button type="button" class="banner-button" aria-pressed=${panel === "inspector"} onClick=${toggle("inspector")}>Inspector</button>
      <button type="button" class="banner-button" aria-pressed=${panel === "sandbox"} onClick=${toggle("sandbox")}>Sandbox</button>
      <button type="button" class="banner-button" aria-pressed=${dark} aria-label="Dark mode" onClick=${() => setDark(!dark)}>
        <span aria-hidden="true" class="theme-icon"></span>
      </button>
    </div>
  </header>`;
}

/** For people who listen: what the latest message of somebody else says. */
function useAnnouncement(seen: Seen | undefined, setting: Setting): string {
  const known = useRef<{ person: string; ts: Set<string> }>({ person: "", ts: new Set() });
  const [text, setText] = useState("");
  useEffect(() => {
    if (!seen) return;
    const before = known.current;
    const fresh = seen.messages.filter(
      (message) => !before.ts.has(message.ts) && message.author !== seen.person.id,
    );
    known.current = { person: seen.person.key, ts: new Set(seen.messages.map((message) => message.ts)) };
    const message = fresh.at(-1);
    if (before.person !== seen.person.key || !message) return;
    const author = authorOf(message, { setting, seen }).name;
    setText(`${author}: ${plainOf(message.text)}`);
  }, [seen]);
  return text;
}
