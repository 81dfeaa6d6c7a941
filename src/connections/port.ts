import type { Desk } from "../desk/context.ts";
import type { SignIn } from "../partner-center/grants.ts";

/** Where the browser begins, and where Entra sends it back to; both below the public URL. */
export const startPath = "/connect/start";
export const callbackPath = "/connect/callback";

/** What agents need to act as themselves. */
export interface Connecting {
  /** Where browsers reach us, without a slash at the end. */
  publicUrl: string;
  partnerTenantId: string;
  signIn: SignIn;
  /** The services as this person reaches them. */
  as(personId: string): Pick<Desk, "partnerCenter" | "supportDesk">;
}
