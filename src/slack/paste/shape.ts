/** Five groups of five letters or digits, with whatever stroke between them that a text program made of a hyphen. */
const productKey =
  /(?<![\p{L}\p{N}])[A-Z0-9]{5}(?:[\u00ad\u2010-\u2015\u2212-][A-Z0-9]{5}){4}(?![\p{L}\p{N}])/iu;

/** True when something in the text is shaped like a product key. */
export function holdsProductKey(text: string): boolean {
  return productKey.test(text);
}
