import { inspect } from "node:util";

const SHOWN = "[secret]";

/**
 * A string that no log, message or stack trace can show by accident: however it is printed, cloned or
 * serialised, it reads `[secret]`. Only `reveal()` gives the value, so a search for it finds every use.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return SHOWN;
  }

  toJSON(): string {
    return SHOWN;
  }

  [inspect.custom](): string {
    return SHOWN;
  }
}
