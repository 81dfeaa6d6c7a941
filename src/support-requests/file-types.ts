/** Why a file was not kept (S6). `elsewhere`: it does not lie with Slack; `gone`: it was deleted there. */
export type FileProblem = "too_large" | "wrong_type" | "elsewhere" | "gone" | "unreadable";

export const mostFiles = 5;
export const mostFileBytes = 10 * 1024 * 1024;

const ascii = (text: string) => Buffer.from(text, "latin1");
const office = [Buffer.from([0x50, 0x4b, 0x03, 0x04])];

/**
 * What Microsoft's support can look at: pictures, documents, tables, mails. Archives are left out, because nobody sees what
 * is in them. By extension, how such a file begins; null: it is text.
 */
const beginnings: Record<string, Buffer[] | null> = {
  png: [Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])],
  jpg: [Buffer.from([0xff, 0xd8, 0xff])],
  jpeg: [Buffer.from([0xff, 0xd8, 0xff])],
  gif: [ascii("GIF87a"), ascii("GIF89a")],
  pdf: [ascii("%PDF-")],
  docx: office,
  xlsx: office,
  msg: [Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1])],
  txt: null,
  csv: null,
  eml: null,
};

/** The extensions that are taken. */
export const fileTypes = Object.keys(beginnings);

/** The extension of a file name in lower case; empty when it has none. */
function extensionOf(name: string): string {
  return /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? "";
}

/** Whether a file is of a type that is taken, by its name. */
export function isTakenType(name: string): boolean {
  return Object.hasOwn(beginnings, extensionOf(name));
}

/** Whether the content is what the name says. A text has no NUL bytes, but for one in UTF-16, which says so at its start. */
export function isWhatItSays(name: string, bytes: Buffer): boolean {
  if (!isTakenType(name)) return false;
  const starts = beginnings[extensionOf(name)];
  if (starts) return starts.some((start) => bytes.subarray(0, start.length).equals(start));
  const utf16 = bytes.length >= 2 && [0xfffe, 0xfeff].includes(bytes.readUInt16BE(0));
  return utf16 || !bytes.includes(0);
}
