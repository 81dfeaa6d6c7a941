import { randomUUID } from "node:crypto";

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A fresh GUID, for `WriteCall.requestId` or a correlation id. */
export const newGuid = (): string => randomUUID();

/** Whether the whole text is a GUID in its usual form with hyphens, in either case. */
export const isGuid = (text: string): boolean => guid.test(text);
