import { setTimeout as pause, setImmediate as thisRound } from "node:timers/promises";
import type { Desk } from "./context.ts";

/** Nobody waits for longer than this for a question that is on its way. */
const longestWaitMs = 10;

interface Asking<Answers> {
  ids: Set<string>;
  answers: Promise<Answers>;
}

/**
 * Has what is asked for at the same moment, or while such a question is on its way, be asked for at once: doorbells come in swarms.
 * `ask` gets each id once; whoever asks for one gets the answers to all. What `ask` throws, all of them get.
 */
export function together<Answers>(
  ask: (desk: Desk, ids: readonly string[]) => Promise<Answers>,
): (desk: Desk, id: string) => Promise<Answers> {
  const gathering = new WeakMap<Desk, Asking<Answers>>();
  const onTheirWay = new WeakMap<Desk, Promise<unknown>>();
  return (desk, id) => {
    const swarm = gathering.get(desk) ?? begin(desk);
    swarm.ids.add(id);
    return swarm.answers;
  };

  function begin(desk: Desk): Asking<Answers> {
    const ids = new Set<string>();
    const swarm = { ids, answers: gather(desk, ids) };
    gathering.set(desk, swarm);
    return swarm;
  }

  async function gather(desk: Desk, ids: Set<string>): Promise<Answers> {
    await thisRound();
    const before = onTheirWay.get(desk);
    if (before) await Promise.race([before, pause(longestWaitMs)]);
    gathering.delete(desk);
    const answers = ask(desk, [...ids]);
    const over: Promise<void> = answers.then(
      () => forget(desk, over),
      () => forget(desk, over),
    );
    onTheirWay.set(desk, over);
    return answers;
  }

  function forget(desk: Desk, over: Promise<unknown>): void {
    if (onTheirWay.get(desk) === over) onTheirWay.delete(desk);
  }
}
