import { expect, test } from "vitest";
import { marketName, reservationsNotSold, softwareNotListed, taxIncluded } from "#src/catalog/markets.ts";

/** The article's table by name, as English speakers know the places; written without looking at the codes. */
const places: Record<string, string> = {
  AX: "Åland Islands",
  AS: "American Samoa",
  AD: "Andorra",
  AI: "Anguilla",
  AQ: "Antarctica",
  AG: "Antigua & Barbuda",
  AW: "Aruba",
  AZ: "Azerbaijan",
  BJ: "Benin",
  BT: "Bhutan",
  BQ: "Caribbean Netherlands",
  BV: "Bouvet Island",
  IO: "British Indian Ocean Territory",
  VG: "British Virgin Islands",
  BF: "Burkina Faso",
  BI: "Burundi",
  KH: "Cambodia",
  CF: "Central African Republic",
  TD: "Chad",
  CN: "China",
  CX: "Christmas Island",
  CC: "Cocos (Keeling) Islands",
  KM: "Comoros",
  CG: "Congo - Brazzaville",
  CD: "Congo - Kinshasa",
  CK: "Cook Islands",
  DJ: "Djibouti",
  DM: "Dominica",
  GQ: "Equatorial Guinea",
  ER: "Eritrea",
  FK: "Falkland Islands",
  GF: "French Guiana",
  PF: "French Polynesia",
  TF: "French Southern Territories",
  GA: "Gabon",
  GM: "Gambia",
  GI: "Gibraltar",
  GL: "Greenland",
  GD: "Grenada",
  GP: "Guadeloupe",
  GU: "Guam",
  GG: "Guernsey",
  GN: "Guinea",
  GW: "Guinea-Bissau",
  GY: "Guyana",
  HT: "Haiti",
  HM: "Heard & McDonald Islands",
  IM: "Isle of Man",
  JE: "Jersey",
  KI: "Kiribati",
  XK: "Kosovo",
  LA: "Laos",
  LS: "Lesotho",
  LR: "Liberia",
  MG: "Madagascar",
  MW: "Malawi",
  MV: "Maldives",
  ML: "Mali",
  MH: "Marshall Islands",
  MQ: "Martinique",
  MR: "Mauritania",
  YT: "Mayotte",
  FM: "Micronesia",
  MS: "Montserrat",
  MZ: "Mozambique",
  MM: "Myanmar (Burma)",
  NR: "Nauru",
  NC: "New Caledonia",
  NE: "Niger",
  NU: "Niue",
  NF: "Norfolk Island",
  MP: "Northern Mariana Islands",
  PW: "Palau",
  PG: "Papua New Guinea",
  PN: "Pitcairn Islands",
  RE: "Réunion",
  BL: "St. Barthélemy",
  LC: "St. Lucia",
  MF: "St. Martin",
  PM: "St. Pierre & Miquelon",
  VC: "St. Vincent & Grenadines",
  WS: "Samoa",
  SM: "San Marino",
  ST: "São Tomé & Príncipe",
  SC: "Seychelles",
  SL: "Sierra Leone",
  SX: "Sint Maarten",
  SB: "Solomon Islands",
  SO: "Somalia",
  GS: "South Georgia & South Sandwich Islands",
  SS: "South Sudan",
  SH: "St. Helena",
  SR: "Suriname",
  SJ: "Svalbard & Jan Mayen",
  SZ: "Eswatini",
  TL: "Timor-Leste",
  TG: "Togo",
  TK: "Tokelau",
  TO: "Tonga",
  TC: "Turks & Caicos Islands",
  TV: "Tuvalu",
  UM: "U.S. Outlying Islands",
  VU: "Vanuatu",
  VA: "Vatican City",
  WF: "Wallis & Futuna",
  YE: "Yemen",
};

test("M1 the list of markets without reservations is complete: 106 codes as of 30 November 2019", () => {
  expect(reservationsNotSold.asOf).toBe("2019-11-30");
  expect([...reservationsNotSold.markets].sort()).toEqual(Object.keys(places).sort());
  expect(reservationsNotSold.markets.size).toBe(106);
});

test("M1 every listed market has its name in both languages", () => {
  for (const market of reservationsNotSold.markets) {
    expect(marketName(market, "en")).toBe(places[market]);
    expect(marketName(market, "es")).not.toBe(market);
  }
  expect(marketName("KH", "es")).toBe("Camboya");
  expect(marketName("YE", "es")).toBe("Yemen");
  expect(marketName("ZZ", "en")).not.toBe("");
});

test("M2 the software list is the other one less Azerbaijan, plus Brazil and Russia", () => {
  const expected = Object.keys(places).filter((market) => market !== "AZ");
  expect([...softwareNotListed.markets].sort()).toEqual([...expected, "BR", "RU"].sort());
});

test("B2 prices include tax in Australia and Brazil, and nowhere else", () => {
  const alphabet = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
  const every = alphabet.flatMap((first) => alphabet.map((second) => first + second));
  expect(every.filter(taxIncluded)).toEqual(["AU", "BR"]);
});
