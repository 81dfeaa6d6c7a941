/**
 * Where code makes a sentence out of pieces: a template that holds a text of ours and more than line breaks, a `+` beside
 * one, or texts joined by words, commas or blanks. Each as it stands in the code; empty when nothing.
 */
export function joinedTexts(code: string): string[] {
  return [...templatesOf(code).filter(isJoined), ...added(code), ...glued(code)];
}

/** The template literals, those inside of others included. */
function templatesOf(code: string): string[] {
  const found: string[] = [];
  const open: { start: number; depth: number }[] = [];
  let depth = 0;
  for (let at = 0; at < code.length; at += 1) {
    const top = open.at(-1);
    const inText = top !== undefined && top.depth === depth;
    if (code[at] === "\\") at += 1;
    else if (code[at] === "`" && inText) found.push(code.slice(open.pop()?.start ?? 0, at + 1));
    else if (code[at] === "`") open.push({ start: at, depth });
    else if (inText && code.startsWith("${", at)) {
      depth += 1;
      at += 1;
    } else if (!inText && code[at] === "{") depth += 1;
    else if (!inText && code[at] === "}") depth -= 1;
  }
  return found;
}

const ofTexts = /\b(?:texts|words|said)\.(?:plain|markup)\(/;

function isJoined(template: string): boolean {
  const pieces: string[] = [];
  let own = "";
  let depth = 0;
  let piece = "";
  for (let at = 1; at < template.length - 1; at += 1) {
    const inPiece = depth > 0;
    if (!inPiece && template.startsWith("${", at)) {
      depth = 1;
      at += 1;
    } else if (inPiece && template[at] === "{") {
      depth += 1;
      piece += "{";
    } else if (inPiece && template[at] === "}") {
      depth -= 1;
      if (depth === 0) pieces.push(piece);
      piece = depth === 0 ? "" : `${piece}}`;
    } else if (inPiece) piece += template[at];
    else own += template[at];
  }
  const rest = own.replaceAll(/<[^>]*>|\\n|\n|• | · |:[a-z_]+: /g, "");
  return pieces.some((one) => ofTexts.test(one)) && rest !== "";
}

function added(code: string): string[] {
  return [...code.matchAll(/\+\s*(?:texts|words)\.(?:plain|markup)\([^\n]*/g)].map(([all]) => all);
}

/** A list of texts on its way into `join`, which began in the same statement. */
function glued(code: string): string[] {
  return [...code.matchAll(/[^;]*?\.join\("([^"]*)"\)/g)]
    .filter(([all, between = ""]) => {
      const list = all.slice(Math.max(0, all.lastIndexOf("return "), all.lastIndexOf("= ")));
      return !/^(?:\\n)+$| · /.test(between) && ofTexts.test(list);
    })
    .map(([all]) => all.slice(-120));
}
