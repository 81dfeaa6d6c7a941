export const longestKey = 100;
const shortestKey = 10;

/** What can be a key: one word. How long keys are, is not documented. */
export function isKey(text: string): boolean {
  return text.length >= shortestKey && text.length <= longestKey && /^[\x21-\x7e]+$/.test(text);
}

/** Five groups of five, as keys look by rule. */
export function isUsualKey(text: string): boolean {
  return /^[A-Z0-9]{5}(-[A-Z0-9]{5}){4}$/i.test(text);
}
