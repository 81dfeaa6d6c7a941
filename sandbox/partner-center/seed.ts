import { createHash } from "node:crypto";

/** A GUID that is always the same for the same name. */
function seededGuid(name: string): string {
  const hex = createHash("sha256").update(name).digest("hex");
  const variant = ((Number.parseInt(hex.charAt(16), 16) % 4) + 8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

export const PARTNER_TENANT_ID = seededGuid("tenant:partner.example");
export const PARTNER_MPN_ID = "4000001";
export const PARTNER_CENTER_AUDIENCE = "https://api.partnercenter.microsoft.com";
export const CLIENT_ID = seededGuid("application:csp-desk");
export const CLIENT_SECRET = "sandbox-client-secret";
/** The consent of the partner user who is both Admin agent and Global admin. */
export const REFRESH_TOKEN = "sandbox-refresh-token.admin.agent.and.global.admin";
/** Bearer of the fulfilment contract, which is ours and not Microsoft's. */
export const FULFILMENT_TOKEN = "sandbox-fulfilment-token";

export type RoleName =
  | "Admin agent"
  | "Sales agent"
  | "Helpdesk agent"
  | "Global admin"
  | "Account admin"
  | "Referral admin"
  | "Marketing content admin";

export interface SeedRole {
  id: string;
  name: RoleName;
  category: "partner_agent" | "tenant" | "account_admin" | "referrals" | "marketing";
}

const role = (name: RoleName, category: SeedRole["category"]): SeedRole => ({
  id: seededGuid(`role:${name}`),
  name,
  category,
});

export const seedRoles: readonly SeedRole[] = [
  role("Admin agent", "partner_agent"),
  role("Sales agent", "partner_agent"),
  role("Helpdesk agent", "partner_agent"),
  role("Global admin", "tenant"),
  role("Account admin", "account_admin"),
  role("Referral admin", "referrals"),
  role("Marketing content admin", "marketing"),
];

export interface SeedPartnerUser {
  id: string;
  displayName: string;
  userPrincipalName: string;
  roles: readonly RoleName[];
  refreshToken: string;
}

const partnerUser = (displayName: string, local: string, roles: readonly RoleName[]): SeedPartnerUser => ({
  id: seededGuid(`user:${local}`),
  displayName,
  userPrincipalName: `${local}@partner.example`,
  roles,
  refreshToken: `sandbox-refresh-token.${local}`,
});

export const seedPartnerUsers: readonly SeedPartnerUser[] = [
  partnerUser("Admin agent", "admin.agent", ["Admin agent"]),
  partnerUser("Second admin agent", "admin.agent.2", ["Admin agent"]),
  partnerUser("Agente de administración", "admin.agent.es", ["Admin agent"]),
  partnerUser("Sales agent", "sales.agent", ["Sales agent"]),
  partnerUser("Helpdesk agent", "helpdesk.agent", ["Helpdesk agent"]),
  partnerUser("Global admin", "global.admin", ["Global admin"]),
  partnerUser("Account admin", "account.admin", ["Account admin"]),
  partnerUser("Referral admin", "referral.admin", ["Referral admin"]),
  partnerUser("Marketing content admin", "marketing.content.admin", ["Marketing content admin"]),
  partnerUser("Admin agent and global admin", "admin.agent.and.global.admin", [
    "Admin agent",
    "Global admin",
  ]),
];

export interface SeedCustomer {
  id: string;
  commerceId: string;
  companyName: string;
  domain: string;
  /** ISO 3166-1 alpha-2. */
  country: string;
  culture: string;
  city: string;
  postalCode: string;
  addressLine1: string;
  /** False: the Microsoft Customer Agreement is not accepted, and checkout is refused. */
  agreementAccepted: boolean;
  relationshipToPartner: "reseller" | "none";
  /** Whether purchases wait for, or failed, Microsoft's review of the customer. */
  review: "approved" | "under_review" | "not_approved";
}

/** A customer like any other, but for what is named. The key decides its ids. */
export function seedCustomer(
  key: string,
  named: Pick<SeedCustomer, "companyName" | "domain" | "country"> & Partial<SeedCustomer>,
): SeedCustomer {
  return {
    id: seededGuid(`customer:${key}`),
    commerceId: seededGuid(`commerce:${key}`),
    culture: "en-US",
    city: "Springfield",
    postalCode: "10000",
    addressLine1: "1 Main Street",
    agreementAccepted: true,
    relationshipToPartner: "reseller",
    review: "approved",
    ...named,
  };
}

const customer = (
  key: string,
  companyName: string,
  country: string,
  culture: string,
  address: { city: string; postalCode: string; addressLine1: string },
  exceptions: Partial<Pick<SeedCustomer, "agreementAccepted" | "relationshipToPartner">> = {},
): SeedCustomer =>
  seedCustomer(key, {
    companyName,
    domain: `${key}.onmicrosoft.com`,
    country,
    culture,
    ...address,
    ...exceptions,
  });

export const seedCustomers: readonly SeedCustomer[] = [
  customer("contoso", "Contoso", "US", "en-US", {
    city: "Redmond",
    postalCode: "98052",
    addressLine1: "1 Main Street",
  }),
  customer("fabrikam", "Fabrikam, Inc.", "ES", "es-ES", {
    city: "Madrid",
    postalCode: "28046",
    addressLine1: "Calle Mayor 1",
  }),
  customer("northwind", "Northwind Traders", "GB", "en-GB", {
    city: "London",
    postalCode: "EC1A 1BB",
    addressLine1: "1 High Street",
  }),
  customer("adventureworks", "Adventure Works Cycles", "AU", "en-AU", {
    city: "Sydney",
    postalCode: "2000",
    addressLine1: "1 George Street",
  }),
  customer("tailspin", "Tailspin Toys", "BR", "pt-BR", {
    city: "São Paulo",
    postalCode: "01310-100",
    addressLine1: "Avenida Central 1",
  }),
  customer("wingtip", "Wingtip Toys", "XK", "en-GB", {
    city: "Prishtina",
    postalCode: "10000",
    addressLine1: "Central Square 1",
  }),
  customer("litware", "Litware, Inc.", "JE", "en-GB", {
    city: "Saint Helier",
    postalCode: "JE2 3AB",
    addressLine1: "1 Harbour Road",
  }),
  customer("proseware", "Proseware, Inc.", "DE", "de-DE", {
    city: "Berlin",
    postalCode: "10115",
    addressLine1: "Hauptstraße 1",
  }),
  customer("fourthcoffee", "Fourth Coffee <!channel> & Söhne", "DE", "de-DE", {
    city: "München",
    postalCode: "80331",
    addressLine1: "Marktplatz 4",
  }),
  customer(
    "woodgrove",
    "Woodgrove Bank",
    "CA",
    "en-CA",
    { city: "Toronto", postalCode: "M5H 2N2", addressLine1: "1 Bay Street" },
    { agreementAccepted: false },
  ),
  customer("alpineskihouse", "Alpine Ski House", "FR", "fr-FR", {
    city: "Grenoble",
    postalCode: "38000",
    addressLine1: "1 rue de la Gare",
  }),
  customer("contososuites", "Contoso Suites", "JP", "ja-JP", {
    city: "Tokyo",
    postalCode: "100-0001",
    addressLine1: "1-1 Chiyoda",
  }),
  customer(
    "relecloud",
    "Relecloud",
    "US",
    "en-US",
    { city: "Austin", postalCode: "78701", addressLine1: "1 Congress Avenue" },
    { relationshipToPartner: "none" },
  ),
];

export interface SeedMarket {
  currencyCode: string;
  currencySymbol: string;
  /** Units of this currency for one US dollar. */
  rate: number;
  /** Decimal places of the currency. */
  decimals: 0 | 2;
  /** What a price before tax is multiplied by: above 1 where prices include tax (B2), 1 elsewhere. */
  taxFactor: number;
  softwareSubscriptions: boolean;
  azureReservations: boolean;
}

const market = (
  currencyCode: string,
  currencySymbol: string,
  rate: number,
  exceptions: Partial<SeedMarket> = {},
): SeedMarket => ({
  currencyCode,
  currencySymbol,
  rate,
  decimals: 2,
  taxFactor: 1,
  softwareSubscriptions: true,
  azureReservations: true,
  ...exceptions,
});

export const seedMarkets: Readonly<Record<string, SeedMarket>> = {
  US: market("USD", "$", 1),
  CA: market("CAD", "$", 1.36),
  GB: market("GBP", "£", 0.79),
  DE: market("EUR", "€", 0.92),
  ES: market("EUR", "€", 0.92),
  FR: market("EUR", "€", 0.92),
  JP: market("JPY", "¥", 150, { decimals: 0 }),
  AU: market("AUD", "$", 1.52, { taxFactor: 1.1 }),
  BR: market("BRL", "R$", 5, { taxFactor: 1.17 }),
  XK: market("EUR", "€", 0.92, { softwareSubscriptions: false, azureReservations: false }),
  JE: market("GBP", "£", 0.79, { azureReservations: false }),
};

export interface SeedPackage {
  version: string;
  language: string;
  fileType: string;
}

function packages(
  versions: readonly string[],
  languages: readonly string[],
  fileTypes: readonly string[],
  available: (candidate: SeedPackage) => boolean,
): readonly SeedPackage[] {
  return versions
    .flatMap((version) =>
      languages.flatMap((language) => fileTypes.map((fileType) => ({ version, language, fileType }))),
    )
    .filter(available);
}

const windowsServerPackages = packages(
  ["Windows Server 2025", "Windows Server 2022", "Windows Server 2019"],
  ["en-US", "es-ES", "de-DE", "fr-FR", "ja-JP", "pt-BR"],
  ["ISO (64-bit)", "VHDX (64-bit)"],
  ({ version, language, fileType }) =>
    (fileType === "ISO (64-bit)" || language === "en-US") &&
    (version !== "Windows Server 2019" || language !== "pt-BR"),
);
const sqlServerPackages = packages(
  ["SQL Server 2022", "SQL Server 2019", "SQL Server 2017"],
  ["en-US", "es-ES", "de-DE", "fr-FR", "ja-JP", "pt-BR"],
  ["ISO (Windows, 64-bit)", "TAR (Linux, 64-bit)"],
  ({ version, language, fileType }) =>
    fileType === "ISO (Windows, 64-bit)" || (language === "en-US" && version !== "SQL Server 2017"),
);
const bizTalkPackages = packages(
  ["BizTalk Server 2020", "BizTalk Server 2016"],
  ["en-US", "es-ES", "de-DE"],
  ["ISO (64-bit)"],
  ({ version, language }) => version === "BizTalk Server 2020" || language === "en-US",
);
const windows7EsuPackages = packages(
  ["Windows 7 ESU 2020"],
  ["en-US", "es-ES"],
  ["ESU licensing package (32-bit)", "ESU licensing package (64-bit)"],
  () => true,
);

export type ProductKind = "perpetual" | "subscription" | "reservation";

type TargetView =
  | "AzureReservations"
  | "AzureReservationsVM"
  | "SoftwarePerpetual"
  | "SoftwareSubscriptions"
  | "SoftwareSUSELinux";

export interface SeedTerm {
  duration: "P1Y" | "P3Y";
  billingCycle: "one_time" | "monthly" | "annual" | "triennial";
}

/** The machine that a reservation is for, and where. */
export interface SeedReservation {
  armSkuName: string;
  skuDisplayName: string;
  category: string;
  cores: number;
  ram: number;
  armRegionName: string;
  region: string;
}

export interface SeedSku {
  id: string;
  title: string;
  minimumQuantity: number;
  maximumQuantity: number;
  /** Empty for perpetual software. */
  terms: readonly SeedTerm[];
  /** US cents without tax: of the whole term, or of the licence. */
  priceUsdCents: number;
  /** Units left in all markets together; absent means unlimited. */
  inventory?: number;
  /** The third part of the catalog item id as the service publishes it in the United States. */
  usAvailabilityId?: string;
  /** Azure reservations alone. */
  reservation?: SeedReservation;
}

export interface SeedProduct {
  id: string;
  title: string;
  description: string;
  kind: ProductKind;
  views: readonly TargetView[];
  publisherName: string;
  /** Why no one may cancel it by API. */
  notCancellable?: "suse" | "redhat" | "support_only";
  packages: readonly SeedPackage[];
  skus: readonly SeedSku[];
}

const threeYears: readonly SeedTerm[] = [
  { duration: "P3Y", billingCycle: "triennial" },
  { duration: "P3Y", billingCycle: "annual" },
];
const oneYear: readonly SeedTerm[] = [{ duration: "P1Y", billingCycle: "annual" }];
const oneYearOrMonthly: readonly SeedTerm[] = [...oneYear, { duration: "P1Y", billingCycle: "monthly" }];

const sku = (
  id: string,
  title: string,
  priceUsdCents: number,
  terms: readonly SeedTerm[] = [],
  exceptions: Partial<SeedSku> = {},
): SeedSku => ({
  id,
  title,
  minimumQuantity: 1,
  maximumQuantity: 10_000,
  terms,
  priceUsdCents,
  ...exceptions,
});

const MICROSOFT = "Microsoft Corporation";

const regions = [
  { armRegionName: "eastus", region: "US East" },
  { armRegionName: "westeurope", region: "EU West" },
] as const;

/** The SKUs of a size: one for each region and term, paid at once or monthly (page get-a-list-of-skus-for-a-product). */
const reservationSkus = (
  first: number,
  size: Omit<SeedReservation, "armRegionName" | "region">,
  [oneYearCents, threeYearsCents]: readonly [number, number],
): SeedSku[] =>
  regions
    .flatMap((region) => [
      { region, duration: "P1Y" as const, years: "1 Year", priceUsdCents: oneYearCents },
      { region, duration: "P3Y" as const, years: "3 Years", priceUsdCents: threeYearsCents },
    ])
    .map(({ region, duration, years, priceUsdCents }, index) =>
      sku(
        String(first + index).padStart(4, "0"),
        `Reserved VM Instance, ${size.armSkuName}, ${region.region}, ${years}`,
        priceUsdCents,
        [
          { duration, billingCycle: "one_time" },
          { duration, billingCycle: "monthly" },
        ],
        { reservation: { ...size, ...region } },
      ),
    );

export const seedProducts: readonly SeedProduct[] = [
  {
    id: "DG7GMGF0FLR2",
    title: "Windows Server Standard",
    description: "Windows Server Standard subscription with Software Assurance, in packs of 8 core licences.",
    kind: "subscription",
    views: ["SoftwareSubscriptions"],
    publisherName: MICROSOFT,
    packages: windowsServerPackages,
    skus: [
      sku("0001", "Windows Server Standard 8 core license pack - 1 year", 31_800, oneYear),
      sku("0002", "Windows Server Standard 8 core license pack - 3 years", 85_900, threeYears),
    ],
  },
  {
    id: "DG7GMGF0FLR3",
    title: "Windows Server Datacenter",
    description:
      "Windows Server Datacenter subscription with Software Assurance, in packs of 8 core licences.",
    kind: "subscription",
    views: ["SoftwareSubscriptions"],
    publisherName: MICROSOFT,
    packages: windowsServerPackages,
    skus: [
      sku("0001", "Windows Server Datacenter 8 core license pack - 1 year", 179_500, oneYear),
      sku("0002", "Windows Server Datacenter 8 core license pack - 3 years", 484_600, threeYears),
    ],
  },
  {
    id: "DG7GMGF0FLQ5",
    title: "SQL Server Standard",
    description: "SQL Server Standard subscription with Software Assurance, in packs of 2 core licences.",
    kind: "subscription",
    views: ["SoftwareSubscriptions"],
    publisherName: MICROSOFT,
    packages: sqlServerPackages,
    skus: [
      sku("0001", "SQL Server Standard 2 core license pack - 1 year", 141_800, oneYear),
      sku("0002", "SQL Server Standard 2 core license pack - 3 years", 382_900, threeYears),
    ],
  },
  {
    id: "DG7GMGF0FKZV",
    title: "SQL Server Enterprise",
    description: "SQL Server Enterprise subscription with Software Assurance, in packs of 2 core licences.",
    kind: "subscription",
    views: ["SoftwareSubscriptions"],
    publisherName: MICROSOFT,
    packages: sqlServerPackages,
    skus: [
      sku("0001", "SQL Server Enterprise 2 core license pack - 1 year", 543_400, oneYear),
      sku("0003", "SQL Server Enterprise 2 core license pack - 3 years", 1_467_200, threeYears, {
        usAvailabilityId: "DG7GMGF0DWMS",
      }),
    ],
  },
  {
    id: "DG7GMGF0DVT7",
    title: "Windows Server CAL",
    description: "Client access licences for Windows Server by subscription.",
    kind: "subscription",
    views: ["SoftwareSubscriptions"],
    publisherName: MICROSOFT,
    packages: [],
    skus: [
      sku("000C", "Windows Server CAL - 1 device - 3 years", 4_100, threeYears, {
        usAvailabilityId: "DG7GMGF0FVZM",
      }),
      sku("000D", "Windows Server CAL - 1 user - 1 year", 1_950, oneYearOrMonthly),
    ],
  },
  {
    id: "DG7GMGF0DVSV",
    title: "Remote Desktop Services CAL",
    description: "Client access licences for Remote Desktop Services by subscription.",
    kind: "subscription",
    views: ["SoftwareSubscriptions"],
    publisherName: MICROSOFT,
    packages: [],
    skus: [
      sku("000P", "Remote Desktop Services CAL - 1 user - 3 years", 15_200, threeYears, {
        usAvailabilityId: "DG7GMGF0F3Q9",
      }),
    ],
  },
  {
    id: "DG7GMGF0PWS5",
    title: "Windows Server 2025 Standard",
    description: "Perpetual licence for 16 cores, with downgrade rights.",
    kind: "perpetual",
    views: ["SoftwarePerpetual"],
    publisherName: MICROSOFT,
    packages: windowsServerPackages,
    skus: [
      sku("0001", "Windows Server 2025 Standard - 16 core license pack", 117_600),
      sku("0002", "Windows Server 2025 Standard - 2 core license pack", 14_700),
    ],
  },
  {
    id: "DG7GMGF0PCAL",
    title: "Windows Server 2025 CAL",
    description: "Perpetual client access licences for Windows Server 2025.",
    kind: "perpetual",
    views: ["SoftwarePerpetual"],
    publisherName: MICROSOFT,
    packages: [],
    skus: [
      sku("0001", "Windows Server 2025 - 1 device CAL", 4_500),
      sku("0002", "Windows Server 2025 - 1 user CAL", 5_800),
    ],
  },
  {
    id: "DG7GMGF0PSQ2",
    title: "SQL Server 2022 Standard",
    description: "Perpetual licence in packs of 2 cores, with downgrade rights.",
    kind: "perpetual",
    views: ["SoftwarePerpetual"],
    publisherName: MICROSOFT,
    packages: sqlServerPackages,
    skus: [sku("0001", "SQL Server 2022 Standard Core - 2 core license pack", 394_500)],
  },
  {
    id: "DG7GMGF0DWM3",
    title: "BizTalk Server",
    description: "Perpetual licence in packs of 2 cores.",
    kind: "perpetual",
    views: ["SoftwarePerpetual"],
    publisherName: MICROSOFT,
    packages: bizTalkPackages,
    skus: [
      sku("0002", "BizTalk Server 2016 Branch - 2 core license pack", 62_000, [], {
        usAvailabilityId: "DG7GMGF0DT1M",
      }),
      sku("0003", "BizTalk Server 2016 Standard - 2 core license pack", 248_500, [], { inventory: 5 }),
    ],
  },
  {
    id: "DG7GMGF0ESU7",
    title: "Windows 7 Extended Security Updates 2020",
    description: "One year of security updates for Windows 7 after the end of support.",
    kind: "perpetual",
    views: ["SoftwarePerpetual"],
    publisherName: MICROSOFT,
    notCancellable: "support_only",
    packages: windows7EsuPackages,
    skus: [sku("0001", "Windows 7 Extended Security Updates 2020 - 1 device", 5_000)],
  },
  {
    id: "DG7GMGF0SUSE",
    title: "SUSE Linux Enterprise Server",
    description: "SUSE Linux Enterprise software plan.",
    kind: "subscription",
    views: ["SoftwareSUSELinux"],
    publisherName: "SUSE",
    notCancellable: "suse",
    packages: [],
    skus: [
      sku("0001", "SUSE Linux Enterprise Server, 1-2 vCPUs - 1 year", 42_000, oneYear),
      sku("0002", "SUSE Linux Enterprise Server, 1-2 vCPUs - 3 years", 113_400, threeYears),
    ],
  },
  {
    id: "DG7GMGF0RHEL",
    title: "Red Hat Enterprise Linux",
    description: "Red Hat Enterprise Linux software plan.",
    kind: "subscription",
    views: ["SoftwareSubscriptions"],
    publisherName: "Red Hat, Inc.",
    notCancellable: "redhat",
    packages: [],
    skus: [sku("0001", "Red Hat Enterprise Linux, 1-4 vCPUs - 1 year", 34_300, oneYear)],
  },
  {
    id: "DG7GMGF0RVM1",
    title: "Reserved VM Instances, Dsv3 series",
    description: "Azure reservations for virtual machines of the Dsv3 series.",
    kind: "reservation",
    views: ["AzureReservations", "AzureReservationsVM"],
    publisherName: MICROSOFT,
    packages: [],
    skus: [
      ...reservationSkus(
        1,
        {
          armSkuName: "Standard_D2s_v3",
          skuDisplayName: "D2s v3",
          category: "General purpose",
          cores: 2,
          ram: 8,
        },
        [50_400, 97_200],
      ),
      ...reservationSkus(
        5,
        {
          armSkuName: "Standard_D8s_v3",
          skuDisplayName: "D8s v3",
          category: "General purpose",
          cores: 8,
          ram: 32,
        },
        [201_600, 388_800],
      ),
    ],
  },
  {
    id: "DG7GMGF0RVM2",
    title: "Reserved VM Instances, Esv3 series",
    description: "Azure reservations for virtual machines of the Esv3 series.",
    kind: "reservation",
    views: ["AzureReservations", "AzureReservationsVM"],
    publisherName: MICROSOFT,
    packages: [],
    skus: reservationSkus(
      1,
      {
        armSkuName: "Standard_E4s_v3",
        skuDisplayName: "E4s v3",
        category: "Memory optimized",
        cores: 4,
        ram: 32,
      },
      [129_600, 250_200],
    ),
  },
];

/** One Azure subscription of a customer, as a reservation is bound to it. */
export interface SeedAzureSubscription {
  id: string;
  friendlyName: string;
  status: "active" | "suspended";
}

/** The Azure subscriptions of a customer: Contoso has three, one of them suspended; Alpine Ski House has none. */
export function azureSubscriptionsOf(customer: SeedCustomer): SeedAzureSubscription[] {
  const named = (friendlyName: string, status: SeedAzureSubscription["status"] = "active") => ({
    id: seededGuid(`azure:${customer.id}:${friendlyName}`),
    friendlyName,
    status,
  });
  switch (customer.domain) {
    case "contoso.onmicrosoft.com":
      return [named("Production"), named("Test"), named("Old datacenter", "suspended")];
    case "alpineskihouse.onmicrosoft.com":
      return [];
    default:
      return [named("Microsoft Azure")];
  }
}

interface SeedOrderLine {
  productId: string;
  skuId: string;
  quantity: number;
  friendlyName?: string;
  /** True: cancelled one day after the purchase. */
  cancelled?: true;
}

export interface SeedOrder {
  id: string;
  alternateId: string;
  customerId: string;
  /** Age at the start of the simulator, in hours. */
  ageHours: number;
  /** Absent for perpetual software, whose billing cycle is one_time. */
  term?: SeedTerm;
  lines: readonly SeedOrderLine[];
}

const order = (
  key: string,
  customerKey: string,
  ageHours: number,
  lines: readonly SeedOrderLine[],
  term?: SeedTerm,
): SeedOrder => {
  const digest = createHash("sha256").update(`order:${key}`).digest();
  return {
    id: digest.toString("base64url").slice(0, 33),
    alternateId: digest.toString("hex").slice(0, 12),
    customerId: seededGuid(`customer:${customerKey}`),
    ageHours,
    lines,
    ...(term === undefined ? {} : { term }),
  };
};

const day = 24;
const p1yAnnual: SeedTerm = { duration: "P1Y", billingCycle: "annual" };
const p3yTriennial: SeedTerm = { duration: "P3Y", billingCycle: "triennial" };

export const seedOrders = {
  recentSubscription: order(
    "contoso-windows-server",
    "contoso",
    2 * day,
    [{ productId: "DG7GMGF0FLR2", skuId: "0002", quantity: 4, friendlyName: "Redmond file servers" }],
    p3yTriennial,
  ),
  recentPerpetual: order("contoso-sql-standard", "contoso", 5 * day, [
    { productId: "DG7GMGF0PSQ2", skuId: "0001", quantity: 2 },
    { productId: "DG7GMGF0PCAL", skuId: "0002", quantity: 50 },
  ]),
  fiftyNineDaysOld: order("fabrikam-windows-server", "fabrikam", 59 * day, [
    { productId: "DG7GMGF0PWS5", skuId: "0001", quantity: 3 },
  ]),
  seventyFiveDaysOld: order("northwind-biztalk", "northwind", 75 * day, [
    { productId: "DG7GMGF0DWM3", skuId: "0002", quantity: 1 },
  ]),
  tenDaysOldSubscription: order(
    "proseware-sql-enterprise",
    "proseware",
    10 * day,
    [{ productId: "DG7GMGF0FKZV", skuId: "0001", quantity: 8 }],
    p1yAnnual,
  ),
  cancelled: order("proseware-windows-server", "proseware", 20 * day, [
    { productId: "DG7GMGF0PWS5", skuId: "0002", quantity: 8, cancelled: true },
  ]),
  extendedSecurityUpdates: order("contoso-esu", "contoso", 3 * day, [
    { productId: "DG7GMGF0ESU7", skuId: "0001", quantity: 25 },
  ]),
  suse: order(
    "fabrikam-suse",
    "fabrikam",
    4 * day,
    [{ productId: "DG7GMGF0SUSE", skuId: "0001", quantity: 2 }],
    p1yAnnual,
  ),
  redHat: order(
    "adventureworks-redhat",
    "adventureworks",
    6 * day,
    [{ productId: "DG7GMGF0RHEL", skuId: "0001", quantity: 3 }],
    p1yAnnual,
  ),
  australia: order(
    "adventureworks-sql",
    "adventureworks",
    8 * day,
    [{ productId: "DG7GMGF0FLQ5", skuId: "0001", quantity: 2 }],
    p1yAnnual,
  ),
  markup: order("fourthcoffee-sql", "fourthcoffee", 12, [
    { productId: "DG7GMGF0PSQ2", skuId: "0001", quantity: 1, friendlyName: "<@here> *cash desk* server" },
  ]),
} as const satisfies Record<string, SeedOrder>;

export const seedServiceRequest = {
  id: "616122292874576",
  title: "Refund of a BizTalk Server licence",
  description: `Customer ${seededGuid("customer:northwind")}, order ${seedOrders.seventyFiveDaysOld.id}: bought by mistake.`,
  severity: "minimal",
  ageHours: 10 * day,
} as const;

export const seedSupportTopics: readonly { id: number; name: string; description: string }[] = [
  {
    id: 32444667,
    name: "Partner Center Issues",
    description: "Problems with the Partner Center portal or API.",
  },
  { id: 32444671, name: "Cannot manage my profile", description: "Problems with the partner profile." },
];
