import type { DrawMessage } from "#src/messages/port.ts";
import { purchaseMessage } from "./buy/message.ts";
import { cancellationMessage } from "./cancel/message.ts";
import { keyRequestMessage } from "./keys/message.ts";
import { createTexts } from "./locales/texts.ts";
import type { Message } from "./message.ts";
import { supportRequestMessage } from "./support/message.ts";

/** Draws the message of any request, from its row and its reader alone. `portalUrl` is the Partner Center web portal. */
export function createDrawMessage(options: { portalUrl: string }): DrawMessage {
  return (request, reader): Message => {
    const texts = createTexts(reader.locale, reader.timeZone);
    switch (request.kind) {
      case "purchase":
        return purchaseMessage(texts, request.row);
      case "cancellation":
        return cancellationMessage(texts, request.row);
      case "key_request":
        return keyRequestMessage(texts, request.row);
      case "support_request":
        return supportRequestMessage(texts, request.row, options.portalUrl);
      default:
        return request satisfies never;
    }
  };
}
