import type { Call, Message, Wire } from "./model.ts";
import { SlackError } from "./model.ts";
import type { Workspace } from "./workspace.ts";

const lifeMs = 30 * 60_000;
const uses = 5;

/** Where an answer of the app belongs. */
export interface Origin {
  person: string;
  channel: string;
  /** The message whose component was used; none for a slash command. */
  message?: Message;
  /** The slash command as typed: an answer for the whole channel shows it. */
  typed?: string;
}

/** Addresses by which the app may answer: five times within half an hour on the workspace clock. */
export class ResponseUrls {
  readonly #workspace: Workspace;
  readonly #issued = new Map<string, { origin: Origin; expires: number; left: number }>();

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  issue(origin: Origin): string {
    const token = this.#workspace.nextId("r", 8);
    const expires = this.#workspace.clock.now().getTime() + lifeMs;
    this.#issued.set(token, { origin, expires, left: uses });
    return `${this.#workspace.baseUrl}/response/${this.#workspace.team.id}/${token}`;
  }

  /** Takes one post to such an address. Returns the HTTP status and body for the app. */
  take(token: string, content: Wire): { status: number; body: string } {
    const workspace = this.#workspace;
    const call: Call = {
      id: workspace.nextId("call-", 6),
      at: workspace.clock.now().toISOString(),
      method: "response_url",
      args: content,
      ok: true,
      status: 200,
      answer: {},
      latencyMs: 0,
    };
    workspace.calls.push(call);
    const started = performance.now();
    try {
      const entry = this.#issued.get(token);
      if (!entry || workspace.clock.now().getTime() > entry.expires) throw new SlackError("expired_url");
      if (entry.left < 1) throw new SlackError("used_url");
      this.answer(entry.origin, content);
      entry.left -= 1;
      return { status: 200, body: "ok" };
    } catch (error) {
      if (!(error instanceof SlackError)) throw error;
      call.ok = false;
      call.error = error.error;
      call.status = error.error === "expired_url" || error.error === "used_url" ? 404 : 400;
      call.answer = { ok: false, error: error.error, ...error.extra };
      return { status: call.status, body: JSON.stringify(call.answer) };
    } finally {
      call.latencyMs = Math.round(performance.now() - started);
      workspace.changes.emit("call", call.id);
    }
  }

  /** Shows an answer of the app: ephemeral unless it says otherwise, or in the place of the message it came from. */
  answer(origin: Origin, content: Wire): void {
    const workspace = this.#workspace;
    const original = origin.message;
    if (content.delete_original === true) {
      if (original && !original.deleted) workspace.remove(original);
      return;
    }
    const {
      response_type: type,
      replace_original: replace,
      thread_ts: threadTs,
      delete_original: _,
      ...shown
    } = content;
    if (shown.text === undefined && shown.blocks === undefined && shown.attachments === undefined) {
      throw new SlackError("no_text");
    }
    if (replace === true && original && !original.deleted) {
      workspace.edit(original, shown);
      return;
    }
    const inChannel = type === "in_channel";
    if (inChannel && origin.typed !== undefined) {
      workspace.post({ author: origin.person, channel: origin.channel, content: { text: origin.typed } });
    }
    workspace.post({
      author: workspace.app.botUserId,
      channel: origin.channel,
      content: shown,
      visibleTo: inChannel ? undefined : origin.person,
      threadTs: inChannel && typeof threadTs === "string" ? threadTs : undefined,
    });
  }

  /** Shows the body of an acknowledged command. Returns why it is not acceptable, which the person is told too. */
  answerCommand(origin: Origin, body: string, command: string): string | undefined {
    if (body.trim() === "") return undefined;
    let content: unknown;
    try {
      content = JSON.parse(body);
    } catch {
      content = body;
    }
    try {
      this.answer(
        origin,
        typeof content === "object" && content !== null ? (content as Wire) : { text: body },
      );
    } catch (error) {
      if (!(error instanceof SlackError)) throw error;
      this.#workspace.tell(
        origin.person,
        origin.channel,
        `${command} failed with the error "dispatch_unknown_error" (${error.error})`,
      );
      return error.detail;
    }
    return undefined;
  }
}
