/** What may follow `/csp`, in both languages. */
const words = {
  buy: ["buy", "comprar"],
  keys: ["keys", "claves"],
  cancel: ["cancel", "cancelar"],
  support: ["support", "soporte"],
  activity: ["activity", "actividad"],
  connect: ["connect", "conectar"],
  help: ["", "help", "ayuda", "?"],
} as const;

export type Word = keyof typeof words;

const known = Object.entries(words).flatMap(([word, spellings]) =>
  spellings.map((spelling) => ({ word: word as Word, spelling: spelling as string })),
);

/** The word that was typed, or null when it is none. */
export function meant(typed: string): Word | null {
  return known.find(({ spelling }) => spelling === typed.toLowerCase())?.word ?? null;
}

/** What asks any command how it is used. */
export const helpWords: readonly string[] = words.help.filter(isWord);

const spellings = known.map(({ spelling }) => spelling).filter(isWord);

function isWord(spelling: string): boolean {
  return /^\p{L}+$/u.test(spelling);
}

/** The first word of what was typed after a command, and the rest. */
export function splitWord(typed: string): { first: string; rest: string } {
  const [first = "", ...rest] = typed.trim().split(/\s+/);
  return { first, rest: rest.join(" ") };
}

/** The spelling that a mistyped word is closest to; null when nothing is close. By default of what may follow `/csp`. */
export function nearest(typed: string, among: readonly string[] = spellings): string | null {
  const near = among
    .map((spelling) => ({ spelling, distance: distance(typed.toLowerCase().slice(0, 20), spelling) }))
    .sort((a, b) => a.distance - b.distance)[0];
  return near && near.distance <= 2 ? near.spelling : null;
}

/** Letters to insert, remove, replace or swap with their neighbour to get from one to the other. */
function distance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  const at = (row: number, column: number) => rows[row]?.[column] ?? Number.POSITIVE_INFINITY;
  for (let row = 1; row <= a.length; row += 1) {
    rows[row] = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1] ? 0 : 1;
      const swapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      rows[row]?.push(
        Math.min(
          at(row - 1, column) + 1,
          at(row, column - 1) + 1,
          at(row - 1, column - 1) + same,
          swapped ? at(row - 2, column - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
  }
  return at(a.length, b.length);
}
