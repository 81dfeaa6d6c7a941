/**
 * The scenarios of `contract.ts`, through the real client: against the simulator always, and against an integration sandbox
 * of Partner Center when these environment variables say which one.
 *
 * - CONTRACT_TENANT_ID: tenant GUID of the partner's integration sandbox
 * - CONTRACT_CLIENT_ID, CONTRACT_CLIENT_SECRET: the application registered there
 * - CONTRACT_REFRESH_TOKEN: the consent, with MFA, of a partner user who is an Admin agent
 * - CONTRACT_CUSTOMER_ID: tenant GUID of a customer with an accepted customer agreement
 * - CONTRACT_AUTHORITY, CONTRACT_BASE_URL: of another cloud; worldwide without them
 * - CONTRACT_SPEND=yes: also runs the scenarios that order and cancel; without it nothing is bought there
 */
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  CLIENT_ID,
  CLIENT_SECRET,
  PARTNER_TENANT_ID,
  REFRESH_TOKEN,
  seedCustomers,
} from "#sandbox/partner-center/seed.ts";
import { startPartnerCenterSimulator } from "#sandbox/partner-center/start.ts";
import { Secret } from "#src/config/secret.ts";
import { systemClock } from "#src/desk/clock.ts";
import { createPartnerCenter } from "#src/partner-center/client.ts";
import type { PartnerCenter } from "#src/partner-center/port.ts";
import { tokensBy } from "../ground/grants.ts";
import { scenarios, type Target } from "./contract.ts";

const minuteMs = 60_000;
const patienceMs = 20 * minuteMs;

interface Access {
  authority: string;
  baseUrl: string;
  tenantId: string;
  clientId: string;
  clientSecret: string;
}

function clientOf(access: Access, refreshToken: string | null): PartnerCenter {
  const { authority, baseUrl, tenantId, clientId, clientSecret } = access;
  const tokens = tokensBy(
    {
      authority,
      tenantId,
      clientId,
      clientSecret: new Secret(clientSecret),
      clock: systemClock,
    },
    refreshToken === null ? null : new Secret(refreshToken),
  );
  return createPartnerCenter({ baseUrl, tokens, timeoutMs: minuteMs, clock: systemClock });
}

/** A simulator as slow to show things as the service; waiting moves its clock instead. */
async function simulated(): Promise<Target> {
  const simulator = await startPartnerCenterSimulator({
    seed: "contract",
    cancellationLagMs: 15 * minuteMs,
    orderListLagMs: 15 * minuteMs,
    provisioningLagMs: 2 * minuteMs,
  });
  onTestFinished(() => simulator.close());
  const { url } = simulator;
  const access = {
    authority: url,
    baseUrl: url,
    tenantId: PARTNER_TENANT_ID,
    clientId: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
  };
  return {
    partnerCenter: clientOf(access, REFRESH_TOKEN),
    appOnly: clientOf(access, null),
    customerId: seedCustomers[0]?.id ?? "",
    settle: async (ready) => {
      for (let waitedMs = 0; !(await ready()); waitedMs += minuteMs) {
        if (waitedMs > patienceMs) throw new Error("it did not show within 20 minutes");
        simulator.advance(minuteMs);
      }
    },
  };
}

const needed = [
  "CONTRACT_TENANT_ID",
  "CONTRACT_CLIENT_ID",
  "CONTRACT_CLIENT_SECRET",
  "CONTRACT_REFRESH_TOKEN",
  "CONTRACT_CUSTOMER_ID",
] as const;
const missing = needed.filter((name) => !process.env[name]);

function real(): Target {
  const [tenantId = "", clientId = "", clientSecret = "", refreshToken = "", customerId = ""] = needed.map(
    (name) => process.env[name],
  );
  const access = {
    authority: process.env.CONTRACT_AUTHORITY ?? "https://login.microsoftonline.com",
    baseUrl: process.env.CONTRACT_BASE_URL ?? "https://api.partnercenter.microsoft.com",
    tenantId,
    clientId,
    clientSecret,
  };
  return {
    partnerCenter: clientOf(access, refreshToken),
    appOnly: clientOf(access, null),
    customerId: customerId.toLowerCase(),
    settle: async (ready) => {
      const end = performance.now() + patienceMs;
      while (!(await ready())) {
        if (performance.now() > end) throw new Error("it did not show within 20 minutes");
        await sleep(minuteMs / 4);
      }
    },
  };
}

describe("the simulator", () => {
  test.each(scenarios)("$title", async ({ run }) => {
    expect.hasAssertions();
    await run(await simulated());
  });
});

if (missing.length > 0) {
  process.stdout.write(`No integration sandbox to hold the client against: ${missing.join(", ")} not set.\n`);
} else {
  const spends = process.env.CONTRACT_SPEND === "yes";
  if (!spends)
    process.stdout.write("Nothing is bought in the integration sandbox: CONTRACT_SPEND is not yes.\n");
  describe("the integration sandbox", { timeout: 2 * patienceMs }, () => {
    test.each(scenarios.filter((scenario) => spends || !scenario.spends))("$title", async ({ run }) => {
      expect.hasAssertions();
      await run(real());
    });
  });
}
