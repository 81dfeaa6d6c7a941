import type { Desk } from "../desk/context.ts";
import { actAsRequester } from "../requests/act-as-requester.ts";
import { sendOnce } from "../requests/send-once.ts";
import { composeWithContact } from "./compose.ts";
import type { FilingResult } from "./port.ts";

/**
 * Files a support request at the configured desk, once (S7). Where the desk takes none by API, the case waits for a person
 * with its text ready.
 */
export async function fileSupportRequest(ground: Desk, input: { supportRequestId: string }): Promise<void> {
  const desk = await actAsRequester(ground, "support_request", input.supportRequestId);
  await sendOnce<"support_request", FilingResult>(desk, {
    kind: "support_request",
    id: input.supportRequestId,
    write: ([row], call) =>
      desk.supportDesk.file(
        {
          reference: row.id,
          problemType: row.problem_type,
          impact: row.impact,
          title: row.title,
          description: composeWithContact(row, row.language === "es" ? "es" : "en"),
          language: row.language,
        },
        call,
      ),
    read: async (row) => {
      const found = await desk.supportDesk.findFiled(row.id);
      return found ? { kind: "filed", ticketNumber: found.ticketNumber } : "nothing";
    },
    landed: () => null,
    record: (result) => {
      const now = desk.clock.now();
      return result.kind === "filed"
        ? {
            to: "filed",
            set: {
              desk: "api",
              ticket_number: result.ticketNumber,
              filed_at: now,
              failure: null,
              due_at: null,
            },
            details: { ticketNumber: result.ticketNumber },
          }
        : {
            to: "to_file",
            set: { desk: "portal", failure: null, due_at: null },
            details: { desk: "portal" },
          };
    },
  });
}
