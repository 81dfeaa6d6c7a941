import { App, HTTPReceiver, LogLevel, type types } from "@slack/bolt";
import { type SlackStandIn, type SlackStandInOptions, startSlackStandIn } from "#sandbox/slack/start.ts";

export interface Desk {
  slack: SlackStandIn;
  app: App;
  /** Errors that reached Bolt's error handler. */
  errors: Error[];
  firstError: Promise<Error>;
  /** Where the app takes deliveries. */
  botUrl: string;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A stand-in and a Bolt app that talk to each other over loopback. `install` registers the listeners. */
export async function openDesk(
  install: (app: App) => void,
  options: SlackStandInOptions = {},
): Promise<Desk> {
  const slack = await startSlackStandIn(options);
  const receiver = new HTTPReceiver({ signingSecret: slack.signingSecret, logLevel: LogLevel.ERROR });
  const app = new App({
    token: slack.botToken,
    receiver,
    logLevel: LogLevel.ERROR,
    clientOptions: { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } },
    deferInitialization: true,
  });
  await app.init();
  const errors: Error[] = [];
  const { promise: firstError, resolve } = Promise.withResolvers<Error>();
  app.error(async (error) => {
    errors.push(error);
    resolve(error);
  });
  install(app);
  const server = await receiver.start(0);
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The receiver has no port");
  const botUrl = `http://127.0.0.1:${address.port}/slack/events`;
  slack.setBotUrl(botUrl);
  return {
    slack,
    app,
    errors,
    firstError,
    botUrl,
    async [Symbol.asyncDispose]() {
      await slack.close();
      await receiver.stop();
    },
  };
}

export const requestUrl = "https://csp-desk.example.com/slack/events";

/** A manifest that Slack takes, with these parts. */
export function manifestWith(parts: object): object {
  return { display_information: { name: "CSP Desk" }, ...parts };
}

export const plain = (text: string) => ({ type: "plain_text" as const, text });
export const option = (text: string, value: string) => ({ text: plain(text), value });

/** A modal with these blocks and a submit button. */
export function modal(
  callbackId: string,
  blocks: types.KnownBlock[],
  rest: Partial<types.ModalView> = {},
): types.ModalView {
  return {
    type: "modal",
    callback_id: callbackId,
    title: plain("CSP Desk"),
    submit: plain("Submit"),
    blocks,
    ...rest,
  };
}

export const section = (text: string): types.SectionBlock => ({
  type: "section",
  text: { type: "mrkdwn", text },
});

export const textInput = (id: string, rest: Partial<types.PlainTextInput> = {}): types.InputBlock => ({
  type: "input",
  block_id: id,
  label: plain(id),
  element: { type: "plain_text_input", action_id: id, ...rest },
});

/** Slack's error name in a failed Web API call. */
export async function slackError(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    const data = (error as { data?: { error?: string } }).data;
    if (data?.error !== undefined) return data.error;
    throw error;
  }
  throw new Error("The call succeeded");
}

/** A promise and the function that fulfils it. */
export function signal(): { given: Promise<void>; give: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { given: promise, give: resolve };
}
