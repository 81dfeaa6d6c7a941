import type { Person } from "./model.ts";

/** What a workspace has to know of a person; the rest has defaults. */
export interface PersonSeed {
  email: string;
  realName: string;
  /** As on the person's profile; most have left it empty. */
  phone?: string;
  /** Defaults to `en-US`. */
  locale?: string;
  /** Defaults to `America/New_York`. */
  tz?: string;
  isAdmin?: boolean;
  isGuest?: boolean;
  deactivated?: boolean;
}

/** The personas of the sandbox; the e-mail addresses are the user principal names of its Partner Center. */
export const personas: PersonSeed[] = [
  { email: "admin.agent@partner.example", realName: "Admin agent", phone: "+1 555 0100" },
  { email: "admin.agent.2@partner.example", realName: "Admin agent 2" },
  {
    email: "admin.agent.es@partner.example",
    realName: "Admin agent (Spain)",
    locale: "es-ES",
    tz: "Europe/Madrid",
  },
  { email: "sales.agent@partner.example", realName: "Sales agent" },
  { email: "helpdesk.agent@partner.example", realName: "Helpdesk agent" },
  { email: "global.admin@partner.example", realName: "Global admin", isAdmin: true },
  { email: "account.admin@partner.example", realName: "Auditor" },
  { email: "guest@elsewhere.example", realName: "Guest", isGuest: true },
  { email: "former.agent@partner.example", realName: "Former agent", deactivated: true },
];

/** Turns a seed into a person. The id is made from the address and the workspace's mark, so that it is the same in every run. */
export function personFrom(seed: PersonSeed, mark = ""): Person {
  const key = seed.email.slice(0, seed.email.indexOf("@"));
  return {
    key,
    id: `U0${mark}${key.toUpperCase().replaceAll(/[^A-Z0-9]/g, "")}`,
    realName: seed.realName,
    email: seed.email,
    phone: seed.phone ?? "",
    locale: seed.locale ?? "en-US",
    tz: seed.tz ?? "America/New_York",
    isAdmin: seed.isAdmin ?? false,
    isGuest: seed.isGuest ?? false,
    deactivated: seed.deactivated ?? false,
  };
}

/** Seconds east of UTC of the person's zone at that moment. */
export function tzOffsetSeconds(tz: string, at: Date): number {
  const name = new Intl.DateTimeFormat("en-US", { timeZone: tz, timeZoneName: "longOffset" })
    .formatToParts(at)
    .find((part) => part.type === "timeZoneName")?.value;
  const match = name?.match(/GMT([+-])(\d{2}):(\d{2})/);
  if (!match) return 0;
  const seconds = Number(match[2]) * 3600 + Number(match[3]) * 60;
  return match[1] === "-" ? -seconds : seconds;
}
