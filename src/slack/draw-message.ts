import type { DrawMessage, DrawPost, Reader } from "#src/messages/port.ts";
import type { MessageSubject } from "#src/messages/subjects.ts";
import { alertMessage, exportMessage, headPost } from "./activity/message.ts";
import { approverMessage } from "./approve/message.ts";
import { purchaseMessage } from "./buy/message.ts";
import { cancellationMessage } from "./cancel/message.ts";
import { cancellationReport } from "./cancel/report.ts";
import { connectionMessage, withSignIn } from "./connect/message.ts";
import { digestMessage } from "./digest/message.ts";
import { welcomeMessage } from "./help/welcome.ts";
import { keyRequestMessage } from "./keys/message.ts";
import { createTexts, type Texts } from "./locales/texts.ts";
import type { Message } from "./message.ts";
import { supportRequestMessage } from "./support/message.ts";

/**
 * Draws the message of any request, from its row and its reader alone. `portalUrl` is the Partner Center web portal;
 * `agentsSignIn`: agents act as themselves, and can mend their own sign-in.
 */
export function createDrawMessage(options: { portalUrl: string; agentsSignIn: boolean }): DrawMessage {
  return (request, reader): Message => {
    const texts = createTexts(reader.locale, reader.timeZone);
    const drawn = draw(texts, request, reader);
    const own = "person_id" in request.row && request.row.person_id === reader.personId;
    return own ? withSignIn(texts, request, drawn, options.agentsSignIn) : drawn;
  };

  function draw(texts: Texts, request: MessageSubject, reader: Reader): Message {
    switch (request.kind) {
      case "purchase":
        return reader.personId === request.row.person_id
          ? purchaseMessage(texts, request.row)
          : approverMessage(texts, request.row, reader);
      case "cancellation":
        return cancellationMessage(texts, request.row);
      case "cancellation_batch":
        return cancellationReport(texts, request.row);
      case "key_request":
        return keyRequestMessage(texts, request.row);
      case "support_request":
        return supportRequestMessage(texts, request.row, options.portalUrl);
      case "digest":
        return digestMessage(texts, request.row);
      case "connection":
        return connectionMessage(texts, request.row);
      case "welcome":
        return welcomeMessage(texts, request.row);
      case "activity_alert":
        return alertMessage(texts, request.row);
      case "activity_export":
        return exportMessage(texts, request.row);
      default:
        return request satisfies never;
    }
  }
}

/** Draws what is posted into a channel: in English, and in UTC. */
export const drawPost: DrawPost = ({ row }): Message => headPost(createTexts("en", "UTC"), row);
