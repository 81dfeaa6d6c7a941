export const longestLink = 3_000;

/** A link that a person may be given to open: https, or plain http on this machine. */
export function isSafeLink(link: string): boolean {
  if (link.length > longestLink || !URL.canParse(link)) return false;
  const { protocol, hostname } = new URL(link);
  return (
    protocol === "https:" ||
    (protocol === "http:" && /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname))
  );
}
