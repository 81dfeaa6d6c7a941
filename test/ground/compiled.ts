import { fileURLToPath } from "node:url";

/** What a process that a test starts needs to find the code compiled: most of its start is reading the same code again. */
export const compiledOnce = {
  NODE_COMPILE_CACHE: fileURLToPath(new URL("../../node_modules/.cache/csp-desk", import.meta.url)),
};
