export interface Change {
  seq: number;
  kind:
    | "message"
    | "view"
    | "home"
    | "file"
    | "delivery"
    | "call"
    | "clock"
    | "faults"
    | "person"
    | "installation"
    | "connection";
  id: string;
}

type Truthy<T> = Exclude<T, false | 0 | "" | null | undefined>;

export interface WaitOptions {
  /** Real milliseconds; 60 000 unless told. */
  timeoutMs?: number;
  /** Named in the error when the wait ends in vain. */
  what?: string;
}

/** Says when something in the workspace has changed, and lets callers wait for a fact to become true. */
export class Changes {
  readonly #listeners = new Set<(change: Change) => void>();
  readonly #onClose = new Set<() => void>();
  #seq = 0;

  emit(kind: Change["kind"], id: string): void {
    this.#seq += 1;
    for (const listener of [...this.#listeners]) listener({ seq: this.#seq, kind, id });
  }

  /** Calls `listener` after every change, until the returned function is called. */
  on(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Resolves with the first truthy answer of `fact`, which is asked at once and again after every change.
   * Rejects at the deadline, when `fact` throws, or when the workspace closes.
   */
  waitFor<T>(fact: () => T | Promise<T>, options: WaitOptions = {}): Promise<Truthy<T>> {
    const timeoutMs = options.timeoutMs ?? 60_000;
    return new Promise((resolve, reject) => {
      let asking = false;
      let changedMeanwhile = false;
      const stop = (): void => {
        clearTimeout(deadline);
        off();
        this.#onClose.delete(closed);
      };
      const fail = (error: unknown): void => {
        stop();
        reject(error);
      };
      const closed = (): void => fail(new Error("The workspace was closed while waiting"));
      const ask = async (): Promise<void> => {
        if (asking) {
          changedMeanwhile = true;
          return;
        }
        asking = true;
        try {
          do {
            changedMeanwhile = false;
            const answer = await fact();
            if (answer) {
              stop();
              resolve(answer as Truthy<T>);
              return;
            }
          } while (changedMeanwhile);
        } catch (error) {
          fail(error);
        } finally {
          asking = false;
        }
      };
      const deadline = setTimeout(
        () => fail(new Error(`Not true within ${timeoutMs} ms: ${options.what ?? fact.toString()}`)),
        timeoutMs,
      );
      const off = this.on(() => void ask());
      this.#onClose.add(closed);
      void ask();
    });
  }

  close(): void {
    for (const end of [...this.#onClose]) end();
    this.#listeners.clear();
  }
}
