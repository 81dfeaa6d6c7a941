import { html, render } from "htm/preact";
import type { Setting } from "../wire.ts";
import { get, post } from "./api.ts";
import { App } from "./app.ts";

/** A newly loaded client has lost the messages that only its person could see. */
async function start(root: HTMLElement): Promise<void> {
  const setting = await get<Setting>("/web/setting");
  const [first] = setting.people;
  const person = decodeURIComponent(location.hash.slice(1).split("/")[0] ?? "") || (first?.key ?? "");
  if (setting.people.some(({ key }) => key === person)) {
    await post(`/web/people/${encodeURIComponent(person)}/reload`);
  }
  root.replaceChildren();
  render(html`<${App} setting=${setting} start=${{ person: first?.key ?? "", place: "" }} />`, root);
}

const root = document.getElementById("app");
if (root) void start(root);
