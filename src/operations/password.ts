import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { LRUCache } from "lru-cache";
import type { Secret } from "../config/secret.ts";
import type { Page } from "./listener.ts";

/** So many wrong passwords from one address, and it is not heard for a minute; not even with the right one. */
const mostWrong = 5;
const silenceMs = 60_000;

const hashed = (text: string) => createHash("sha256").update(text).digest();

/** `page` for who gives the password (HTTP basic authentication, any user name). `now` in ms. */
export function withPassword(password: Secret, page: Page, now = () => performance.now()): Page {
  const expected = hashed(password.reveal());
  const wrong = new LRUCache<string, { times: number; until: number }>({ max: 1_000 });

  return (request, response) => {
    const address = request.socket.remoteAddress ?? "";
    const before = wrong.get(address);
    if (before && before.times >= mostWrong && now() < before.until) {
      const seconds = Math.ceil((before.until - now()) / 1_000);
      refuse(response, 429, "Too many wrong passwords from here. Wait a minute.\n", {
        "retry-after": String(seconds),
      });
      return;
    }
    const given = passwordOf(request);
    // Both are hashes: the comparison takes as long whatever was given.
    if (given !== null && timingSafeEqual(hashed(given), expected)) {
      wrong.delete(address);
      page(request, response);
      return;
    }
    if (given !== null) {
      const times = before && now() < before.until ? before.times + 1 : 1;
      wrong.set(address, { times, until: now() + silenceMs });
    }
    refuse(response, 401, "The password is that of BULL_BOARD_PASSWORD; the user name is of no matter.\n", {
      "www-authenticate": 'Basic realm="CSP Desk queues", charset="UTF-8"',
    });
  };
}

function passwordOf(request: IncomingMessage): string | null {
  const encoded = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(request.headers.authorization ?? "")?.[1];
  if (!encoded) return null;
  const pair = Buffer.from(encoded, "base64").toString();
  const colon = pair.indexOf(":");
  return colon < 0 ? null : pair.slice(colon + 1);
}

function refuse(
  response: ServerResponse,
  status: number,
  text: string,
  headers: Record<string, string>,
): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8", ...headers });
  response.end(text);
}
