import type { ServerResponse } from "node:http";
import { type App, HTTPModuleFunctions, type Receiver } from "@slack/bolt";
import type { Signed } from "./gate.ts";
import { patienceMs } from "./stand-by.ts";

/**
 * Hands to Bolt what has passed the gate. Bolt's own receiver would check its signature and read it a second time; this one
 * can't be given anything that is not checked.
 */
export class SignedReceiver implements Receiver {
  #app: App | null = null;

  init(app: App): void {
    this.#app = app;
  }

  /** Whoever has the gate has the server. */
  async start(): Promise<void> {}

  async stop(): Promise<void> {}

  /**
   * Resolves when all that follows from it is done; it is answered long before that, by `late` where nobody did so in time.
   * An answer after that one throws, to whoever gives it.
   */
  async receive({ body }: Signed, response: ServerResponse, late: () => void): Promise<void> {
    if (body.ssl_check === "1") return HTTPModuleFunctions.buildSSLCheckResponse(response);
    if (body.type === "url_verification")
      return HTTPModuleFunctions.buildUrlVerificationResponse(response, body);
    const patience = setTimeout(late, patienceMs);
    const ack = async (answer: unknown) => {
      clearTimeout(patience);
      if (response.headersSent) throw new Error("this request has had its answer");
      HTTPModuleFunctions.buildContentResponse(response, answer);
    };
    try {
      await this.#app?.processEvent({ body, ack });
    } catch (error) {
      clearTimeout(patience);
      throw error;
    }
  }
}
