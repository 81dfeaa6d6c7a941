import { randomBytes } from "node:crypto";
import {
  CLIENT_ID,
  CLIENT_SECRET,
  FULFILMENT_TOKEN,
  PARTNER_TENANT_ID,
  REFRESH_TOKEN,
} from "#sandbox/partner-center/seed.ts";
import {
  type PartnerCenterSimulator,
  type PartnerCenterSimulatorOptions,
  startPartnerCenterSimulator,
} from "#sandbox/partner-center/start.ts";
import type { Agent } from "#src/access/agent.ts";
import { recognise } from "#src/access/recognise.ts";
import { Secret } from "#src/config/secret.ts";
import { keepServiceToken } from "#src/connections/service-account.ts";
import { type OpenDatabase, openDatabase } from "#src/db/database.ts";
import type { Clock } from "#src/desk/clock.ts";
import type { Desk, Log } from "#src/desk/context.ts";
import { noFailpoints } from "#src/desk/failpoints.ts";
import { createHttpFulfilment } from "#src/fulfilment/http-adapter.ts";
import type { TokenSource } from "#src/partner-center/auth.ts";
import { createPartnerCenter } from "#src/partner-center/client.ts";
import type { PartnerCenter } from "#src/partner-center/port.ts";
import { createApiDesk } from "#src/support-requests/api-desk.ts";
import { remembered, wireTokens } from "#src/tokens.ts";
import { localKey } from "#src/vault/local-key.ts";
import { createVault } from "#src/vault/vault.ts";
import { type ManualClock, manualClock } from "./clock.ts";
import { createDatabase } from "./database.ts";
import { tokensBy } from "./grants.ts";
import { type MemoryChat, memoryChat } from "./memory-chat.ts";

const workspaceId = "T0TEST";
/** A busy machine is no reason to take an answer for lost. */
const patienceMs = 20_000;

const testPeople = {
  U0AGENT: { email: "admin.agent@partner.example" },
  U0AGENT2: { email: "admin.agent.2@partner.example" },
  U0AGENT3: { email: "admin.agent.es@partner.example" },
  U0SALES: { email: "sales.agent@partner.example" },
  U0HELPDESK: { email: "helpdesk.agent@partner.example" },
  U0GLOBAL: { email: "global.admin@partner.example" },
  U0ACCOUNT: { email: "account.admin@partner.example" },
  U0STRANGER: { email: "stranger@elsewhere.example" },
  U0GUEST: { email: "admin.agent@partner.example", isMember: false },
};

export interface DeskUnderTest {
  desk: Desk;
  opened: OpenDatabase;
  databaseUrl: string;
  clock: ManualClock;
  chat: MemoryChat;
  simulator: PartnerCenterSimulator;
  logged: string[];
  agent(slackUserId?: keyof typeof testPeople): Promise<Agent>;
  close(): Promise<void>;
}

/** A client of this simulator, with tokens of the seeded partner user. */
export function partnerCenterOf(
  simulator: { url: string },
  clock: Clock,
  timeoutMs = patienceMs,
): PartnerCenter {
  const entra = {
    authority: simulator.url,
    tenantId: PARTNER_TENANT_ID,
    clientId: CLIENT_ID,
    clientSecret: new Secret(CLIENT_SECRET),
    clock,
  };
  const tokens = tokensBy(entra, new Secret(REFRESH_TOKEN));
  return createPartnerCenter({ baseUrl: simulator.url, tokens, clock, timeoutMs });
}

/**
 * The domain on a database of its own, the real client and the simulator behind HTTP; the chat is in memory and time
 * stands still until moved. `override` replaces any part.
 */
export async function openDesk(
  options: {
    simulator?: PartnerCenterSimulatorOptions;
    override?: (desk: Desk) => Partial<Desk>;
    clock?: ManualClock;
    /** Agents sign in themselves; with a service account beside them or without. */
    own?: { service: boolean };
    /** How long Partner Center may take to answer, in real ms; default 20,000. */
    timeoutMs?: number;
  } = {},
): Promise<DeskUnderTest> {
  const clock = options.clock ?? manualClock();
  const database = await createDatabase();
  const opened = openDatabase({
    url: database.url,
    applicationName: "test",
    maxConnections: 10,
    onError: () => {},
  });
  const simulator = await startPartnerCenterSimulator({ clock, edition: "2019-12", ...options.simulator });
  const chat = memoryChat(testPeople);
  const logged: string[] = [];
  const partnerCenter = partnerCenterOf(simulator, clock, options.timeoutMs);
  const base: Desk = {
    db: opened.db,
    clock,
    log: logInto(logged),
    partnerCenter,
    fulfilment: createHttpFulfilment({
      baseUrl: `${simulator.url}/_sim`,
      token: new Secret(FULFILMENT_TOKEN),
      clock,
    }),
    connecting: null,
    installing: null,
    supportDesk: createApiDesk(partnerCenter, "32444671"),
    vault: createVault([localKey({ id: "test", key: new Secret(randomBytes(32).toString("base64")) })]),
    chat,
    drawMessage: ({ kind, row }) => ({
      text: [
        `${kind} ${row.id} ${"status" in row ? row.status : ""} v${row.version}`,
        ...(kind === "cancellation_batch" ? row.items.map(({ id, status }) => `${id} ${status}`) : []),
      ].join(", "),
      blocks: [],
    }),
    drawPost: ({ kind, row }) => ({ text: `${kind} ${row.sequence}:${row.hash}`, blocks: [] }),
    drawHome: (content) => ({ type: "home", blocks: [content] }),
    policyEdition: "2019-12",
    approvalPolicy: null,
    marketWindows: [],
    digest: { hour: 9, days: 3 },
    activityChannel: null,
    helpContact: null,
    limits: { revealsPerHour: 20 },
    timings: {
      leaseSeconds: 60,
      patienceSeconds: 30,
      rolesRefreshSeconds: 300,
      rolesMaxAgeSeconds: 900,
      graceSeconds: 0,
      followSeconds: [20, 180],
    },
    failpoint: noFailpoints,
  };
  const acting = options.own ? { ...base, ...(await signingIn(base, simulator, options.own)) } : base;
  const desk = { ...acting, ...options.override?.(acting) };
  return {
    desk,
    opened,
    databaseUrl: database.url,
    clock,
    chat,
    simulator,
    logged,
    agent: (slackUserId = "U0AGENT") => recognise(desk, { workspaceId, slackUserId }),
    async close() {
      await opened.close();
      await simulator.close();
      await database.drop();
    },
  };
}

/** The public address of a desk under test; nothing listens there. */
const publicUrl = "http://127.0.0.1:1";

async function signingIn(
  base: Desk,
  simulator: { url: string },
  own: { service: boolean },
): Promise<Pick<Desk, "partnerCenter" | "supportDesk" | "connecting">> {
  const { service, agents } = wireTokens(base, {
    authority: simulator.url,
    tenantId: PARTNER_TENANT_ID,
    clientId: CLIENT_ID,
    clientSecret: new Secret(CLIENT_SECRET),
    serviceAccount: own.service,
    publicUrl,
  });
  if (!agents) throw new Error("agents sign in here");
  await keepServiceToken(base, {
    partnerTenantId: PARTNER_TENANT_ID,
    token: own.service ? new Secret(REFRESH_TOKEN) : null,
  });
  const servicesBy = (tokens: TokenSource) => {
    const { clock } = base;
    const partnerCenter = createPartnerCenter({
      baseUrl: simulator.url,
      tokens,
      clock,
      timeoutMs: patienceMs,
    });
    return { partnerCenter, supportDesk: createApiDesk(partnerCenter, "32444671") };
  };
  const connecting = {
    publicUrl,
    partnerTenantId: PARTNER_TENANT_ID,
    signIn: agents.signIn,
    as: remembered((personId) => servicesBy(agents.of(personId))),
  };
  return { ...servicesBy(service), connecting };
}

function logInto(lines: string[]): Log {
  const write = (level: string) => (fields: object, message: string) => {
    lines.push(JSON.stringify({ level, message, ...fields }));
  };
  return { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") };
}
