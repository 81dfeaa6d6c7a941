import { createHash } from "node:crypto";
import type { Answer } from "./service.ts";

const lifeMs = 24 * 3_600_000;

interface Replay {
  at: number;
  bodyDigest: string;
  answer: Promise<Answer>;
  /** The answer once there is one. */
  settled: Answer | null;
}

/** As a snapshot holds it. */
export interface SettledReplay {
  key: string;
  at: number;
  bodyDigest: string;
  answer: Answer;
}

/** First answers by method, path and MS-RequestId, for 24 hours of the simulator's time. */
export class Replays {
  readonly #replays = new Map<string, Replay>();

  /**
   * The first answer under this key, however often and however concurrently it is asked for. Null when the key was used
   * with another body. What `act` throws is thrown to everybody who waits, and forgotten.
   */
  once(key: string, body: string, now: Date, act: () => Promise<Answer>): Promise<Answer> | null {
    this.#forget(now.getTime() - lifeMs);
    const bodyDigest = createHash("sha256").update(body).digest("base64");
    const known = this.#replays.get(key);
    if (known) return known.bodyDigest === bodyDigest ? known.answer : null;
    const answer = act();
    const replay: Replay = { at: now.getTime(), bodyDigest, answer, settled: null };
    this.#replays.set(key, replay);
    answer.then(
      (settled) => {
        replay.settled = settled;
      },
      () => this.#replays.delete(key),
    );
    return answer;
  }

  settled(): SettledReplay[] {
    return [...this.#replays].flatMap(([key, { at, bodyDigest, settled }]) =>
      settled === null ? [] : [{ key, at, bodyDigest, answer: settled }],
    );
  }

  restore(replays: readonly SettledReplay[]): void {
    for (const { key, at, bodyDigest, answer } of replays) {
      this.#replays.set(key, { at, bodyDigest, answer: Promise.resolve(answer), settled: answer });
    }
  }

  #forget(before: number): void {
    for (const [key, { at }] of this.#replays) {
      if (at > before) break;
      this.#replays.delete(key);
    }
  }
}
