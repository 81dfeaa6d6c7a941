import { type PartnerCenter, PartnerCenterFailure } from "../partner-center/port.ts";
import type { SupportDesk } from "./port.ts";

/** Answers of an operation that was withdrawn (creating by API ended on 31 August 2020). */
const withdrawn = new Set([404, 405, 410, 501]);
/** The codes of a 404 that says that there is no such operation; any other one misses something that we named. */
const noSuchOperation = new Set([0, 1000]);

function isWithdrawn({ operation, status, code }: PartnerCenterFailure): boolean {
  if (operation !== "createServiceRequest" || !withdrawn.has(status)) return false;
  return status !== 404 || noSuchOperation.has(code);
}

/** Files through Partner Center's service requests; when they no longer take any, the case goes to a person. */
export function createApiDesk(partnerCenter: PartnerCenter, topicId: string): SupportDesk {
  return {
    kind: "api",
    async file(supportCase, call) {
      try {
        const filed = await partnerCenter.createServiceRequest(
          {
            title: supportCase.title,
            description: `${supportCase.problemType}\n${supportCase.description}`,
            severity: supportCase.impact,
            supportTopicId: topicId,
            locale: supportCase.language === "es" ? "es-es" : "en-us",
          },
          call,
        );
        return { kind: "filed", ticketNumber: filed.id };
      } catch (error) {
        if (error instanceof PartnerCenterFailure && isWithdrawn(error)) return { kind: "to_file" };
        throw error;
      }
    },
    async findFiled(reference) {
      // Our reference ends the text; anywhere else an agent may have mentioned it.
      const found = (await partnerCenter.listServiceRequests({})).find((request) =>
        request.description.trimEnd().endsWith(reference),
      );
      return found ? { ticketNumber: found.id } : null;
    },
  };
}
