import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CLIENT_ID, CLIENT_SECRET, PARTNER_TENANT_ID, REFRESH_TOKEN } from "#sandbox/partner-center/seed.ts";
import { Secret } from "#src/config/secret.ts";
import { createGrantStore } from "#src/connections/grants.ts";
import { keepServiceToken } from "#src/connections/service-account.ts";
import type { Desk } from "#src/desk/context.ts";
import type { Grant, GrantStore } from "#src/partner-center/grants.ts";
import { type Tokens, wireTokens } from "#src/tokens.ts";
import { type DeskUnderTest, openDesk } from "../ground/desk.ts";
import { signIn } from "./sign-in.ts";

const partnerTenantId = PARTNER_TENANT_ID;
let under: DeskUnderTest;
let desk: Desk;
beforeEach(async () => {
  under = await openDesk({ own: { service: true } });
  desk = under.desk;
});
afterEach(() => under.close());

/** Another process on the same database. */
function process(): Tokens {
  return wireTokens(desk, {
    authority: under.simulator.url,
    tenantId: partnerTenantId,
    clientId: CLIENT_ID,
    clientSecret: new Secret(CLIENT_SECRET),
    serviceAccount: true,
    publicUrl: "http://127.0.0.1:1",
  });
}

async function agentOf(tokens: Tokens, personId: string): Promise<string> {
  return (await tokens.agents?.of(personId).token("checkoutCart"))?.reveal() ?? "";
}

async function kept(store: GrantStore): Promise<{ grant: Grant; token: string }> {
  const grant = await store.read();
  if (!grant) throw new Error("nobody signed in");
  return { grant, token: (await grant.open()).reveal() };
}

const service = () => createGrantStore(desk, { personId: null, partnerTenantId });

describe("an agent's refresh token", () => {
  let personId: string;
  let store: GrantStore;
  beforeEach(async () => {
    const agent = await under.agent();
    personId = agent.personId;
    store = createGrantStore(desk, { personId, partnerTenantId });
    await signIn(desk, agent);
  });

  test("that Entra renews is kept, the one before it erased, and the next process goes on with it", async () => {
    const first = await kept(store);
    await agentOf(process(), personId);
    const second = await kept(store);
    expect(second.token).not.toBe(first.token);
    await agentOf(process(), personId);
    expect((await kept(store)).token).not.toBe(second.token);
    const secrets = await desk.db
      .selectFrom("secrets")
      .select("id")
      .where("kind", "=", "refresh_token")
      .execute();
    // One of the agent and one of the service account.
    expect(secrets).toHaveLength(2);
  });

  test("renewed by many processes at once leaves one that works", async () => {
    const given = await Promise.all(Array.from({ length: 6 }, () => agentOf(process(), personId)));
    expect(given.every((token) => token !== "")).toBe(true);
    expect(await agentOf(process(), personId)).not.toBe("");
    expect((await kept(store)).grant.trouble).toBeNull();
  });

  /** Two renewals of the same token, of which the later one is stored first. */
  const storeOutOfOrder = async (issued: { early: Date; late: Date }) => {
    const { grant } = await kept(store);
    await store.keep(grant, { token: new Secret("issued late"), issuedAt: issued.late });
    await store.keep(grant, { token: new Secret("issued early"), issuedAt: issued.early });
    return (await kept(store)).token;
  };

  test("that was issued later stays, in whatever order two processes store theirs", async () => {
    const now = under.clock.now().getTime();
    expect(await storeOutOfOrder({ early: new Date(now + 1), late: new Date(now + 2) })).toBe("issued late");
  });

  test("(twin) by the order of storing alone, the newer one would be lost", async () => {
    const now = under.clock.now().getTime();
    expect(await storeOutOfOrder({ early: new Date(now + 3), late: new Date(now + 2) })).toBe("issued early");
  });

  test("of an earlier sign-in does not come back over a new one, and its end is not the new one's", async () => {
    const { grant } = await kept(store);
    under.clock.advance(1_000);
    await signIn(desk, await under.agent());
    const { token } = await kept(store);
    await store.keep(grant, {
      token: new Secret("of before"),
      issuedAt: new Date(under.clock.now().getTime() + 9),
    });
    await store.lose(grant, "revoked", "AADSTS50173");
    const after = await kept(store);
    expect([after.token, after.grant.trouble]).toEqual([token, null]);
  });

  test("that was replaced meanwhile is tried anew instead of being given up", async () => {
    const { grant, token } = await kept(store);
    const stale: GrantStore = { ...store };
    let reads = 0;
    // Reads once what another process has just replaced by the token that works.
    stale.read = async () => {
      reads += 1;
      return reads === 1 ? { ...grant, id: "gone", open: async () => new Secret("dead") } : store.read();
    };
    const { connectEntra, userTokens } = await import("#src/partner-center/auth.ts");
    const entra = connectEntra({
      authority: under.simulator.url,
      tenantId: partnerTenantId,
      clientId: CLIENT_ID,
      clientSecret: new Secret(CLIENT_SECRET),
      clock: under.clock,
    });
    expect((await userTokens(entra, stale).token()).reveal()).not.toBe("");
    expect((await kept(store)).token).not.toBe(token);
    expect((await kept(store)).grant.trouble).toBeNull();
  });
});

describe("the service account's refresh token", () => {
  test("comes from the configuration once, and what Entra renewed is kept across restarts", async () => {
    expect((await kept(service())).token).toBe(REFRESH_TOKEN);
    await process().service.token("listRoles");
    const renewed = await kept(service());
    expect(renewed.token).not.toBe(REFRESH_TOKEN);
    await keepServiceToken(desk, { partnerTenantId, token: new Secret(REFRESH_TOKEN) });
    expect((await kept(service())).token).toBe(renewed.token);
  });

  test("gives way to another one in the configuration, and is destroyed when there is none", async () => {
    await process().service.token("listRoles");
    await keepServiceToken(desk, { partnerTenantId, token: new Secret("another") });
    expect((await kept(service())).token).toBe("another");
    await keepServiceToken(desk, { partnerTenantId, token: null });
    expect(await service().read()).toBeNull();
    const living = await desk.db
      .selectFrom("secrets")
      .select("id")
      .where("kind", "=", "refresh_token")
      .where("wrapped_key", "is not", null)
      .execute();
    expect(living).toEqual([]);
    await keepServiceToken(desk, { partnerTenantId, token: new Secret("a third") });
    expect((await kept(service())).token).toBe("a third");
  });

  test("taken over by several processes that start at once is one", async () => {
    await keepServiceToken(desk, { partnerTenantId, token: null });
    const token = new Secret("first");
    await Promise.all([1, 2, 3, 4].map(() => keepServiceToken(desk, { partnerTenantId, token })));
    expect((await kept(service())).token).toBe("first");
  });
});
