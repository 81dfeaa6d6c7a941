import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { malformed, refusal } from "./errors.ts";
import { seedMarkets } from "./seed.ts";
import { type Call, serve } from "./service.ts";
import type { State } from "./state.ts";
import { agentRoles, partnerCenter } from "./tokens.ts";

interface CountryRules {
  cultures: readonly string[];
  callingCode: string;
  postalCode: string;
  states: readonly string[];
  region: string;
}

const rules = (
  cultures: readonly string[],
  callingCode: string,
  postalCode: string,
  region: string,
  states: readonly string[] = [],
): CountryRules => ({ cultures, callingCode, postalCode, region, states });

const fiveDigits = "^\\d{5}$";
const countries: Readonly<Record<string, CountryRules>> = {
  US: rules(["en-US", "es-US"], "1", "^\\d{5}(-\\d{4})?$", "NA", ["AZ", "CA", "NY", "TX", "WA"]),
  CA: rules(["en-CA", "fr-CA"], "1", "^[A-Z]\\d[A-Z] \\d[A-Z]\\d$", "NA", ["AB", "BC", "ON", "QC"]),
  GB: rules(["en-GB"], "44", "^[A-Z]{1,2}\\d[A-Z\\d]? \\d[A-Z]{2}$", "EU"),
  JE: rules(["en-GB"], "44", "^JE\\d \\d[A-Z]{2}$", "EU"),
  DE: rules(["de-DE"], "49", fiveDigits, "EU"),
  ES: rules(["es-ES", "ca-ES"], "34", fiveDigits, "EU"),
  FR: rules(["fr-FR"], "33", fiveDigits, "EU"),
  XK: rules(["en-GB", "sq-XK"], "383", fiveDigits, "EU"),
  JP: rules(["ja-JP"], "81", "^\\d{3}-\\d{4}$", "AP"),
  AU: rules(["en-AU"], "61", "^\\d{4}$", "AP", ["NSW", "QLD", "VIC", "WA"]),
  BR: rules(["pt-BR"], "55", "^\\d{5}-\\d{3}$", "LA", ["MG", "RJ", "SP"]),
};

/** An address as Partner Center takes it (page customer-resources). */
export const addressSchema = z.object({
  country: z.string().toUpperCase(),
  region: z.string().optional(),
  city: z.string().optional(),
  state: z.string().optional(),
  addressLine1: z.string().optional(),
  addressLine2: z.string().optional(),
  postalCode: z.string().optional(),
  firstName: z.string().optional(),
  middleName: z.string().optional(),
  lastName: z.string().optional(),
  phoneNumber: z.string().optional(),
});
type Address = z.output<typeof addressSchema>;

/** What is wrong with an address by the rules of its country, or null. Refuses a country that is not served. */
export function addressFault(address: Address): string | null {
  const country = rulesOf(address.country);
  if (!address.addressLine1) return "The address line is missing.";
  if (!address.city) return "The city is missing.";
  if (!new RegExp(country.postalCode).test(address.postalCode ?? "")) return "The postal code is not valid.";
  if (address.state && country.states.length > 0 && !country.states.includes(address.state)) {
    return "The state is not valid.";
  }
  return null;
}

/** The language and culture of a country's first customers. */
export function cultureOf(country: string): string {
  return rulesOf(country).cultures[0] ?? "en-US";
}

/**
 * Rules of each country that the simulator serves, and the check of an address by them (pages country-information-
 * resources, validate-an-address).
 */
export function serveCountries(app: FastifyInstance, state: State): void {
  const admit = partnerCenter(state, { roles: agentRoles });
  serve(app, state, {
    method: "GET",
    path: "/v1/countryvalidationrules/:country",
    admit,
    handle: (call) => ({ status: 200, body: rulesBody((call.params.country ?? "").toUpperCase()) }),
  });
  serve(app, state, {
    method: "POST",
    path: "/v1/validations/address",
    admit,
    handle: (call) => ({ status: 200, body: validated(call) }),
  });
}

function rulesOf(country: string): CountryRules {
  const found = countries[country];
  if (found === undefined) throw malformed("The country is not valid or not supported.");
  return found;
}

function rulesBody(iso2Code: string) {
  const found = countries[iso2Code];
  if (found === undefined) throw refusal(404, 1000, "The country was not found.");
  const tax = (seedMarkets[iso2Code]?.taxFactor ?? 1) > 1;
  return {
    iso2Code,
    defaultCulture: found.cultures[0],
    isStateRequired: found.states.length > 0,
    states: { value: found.states },
    supportedLanguages: { value: [...new Set(found.cultures.map((culture) => culture.slice(0, 2)))] },
    supportedCultures: { value: found.cultures },
    isPostalCodeRequired: true,
    postalCodeRegex: found.postalCode,
    isCityRequired: true,
    isVatIdSupported: found.region === "EU",
    taxIdFormat: "",
    taxIdSample: "",
    isTaxIdSupported: tax,
    isTaxIdOptional: true,
    phoneNumberRegex: "^\\+?[0-9 ()-]{5,20}$",
    countryCallingCodes: { value: [found.callingCode] },
    resellerAgreementRegion: found.region,
    geographicRegion: found.region,
    attributes: { objectType: "CountryInformation" },
  };
}

function validated(call: Call) {
  const originalAddress = call.read(addressSchema);
  const fault = addressFault(originalAddress);
  const streetKnown = /\d/.test(originalAddress.addressLine1 ?? "");
  const status = streetKnown ? "VerifiedShippable" : "StreetPartial";
  return {
    originalAddress,
    suggestedAddresses: fault === null ? [originalAddress] : [],
    status: fault === null ? status : "InteractionRequired",
    validationMessage: fault ?? "",
    attributes: { objectType: "AddressValidationResponse" },
  };
}
