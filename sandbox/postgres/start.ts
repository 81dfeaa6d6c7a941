import { type ChildProcess, execFile, spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import {
  access,
  chown,
  lstat,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rename,
  rm,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { freePort } from "../free-port.ts";
import { type Account, canEnter, serverAccount } from "./account.ts";
import { installedPackage, usablePrograms } from "./binaries.ts";
import { nameFor, processOf, readLock, release, stopServer, until } from "./postmaster.ts";

const USER = "csp_desk";
const TEMPORARY = "csp-desk-temporary-";
const RETRY_FOR_MS = 30_000;

/** English messages whatever the machine speaks, and nothing of our own environment. */
const ENVIRONMENT = { LC_ALL: "C", PATH: process.env.PATH };

export interface PostgresOptions {
  /** Where the data lives from one start to the next. Without it: a temporary cluster, removed by `stop`. */
  dataDir?: string;
  /** What the data in `dataDir` must outlive: the machine (the default), or only a server that is killed, which costs no waiting. */
  outlives?: "machine" | "server";
  /** Port on 127.0.0.1; 0, the default, takes a free one. */
  port?: number;
  /** Told one line about anything unexpected, such as another place for the data. */
  log?: (line: string) => void;
}

export interface RunningPostgres {
  /** Connection URL with its password, for DATABASE_URL. */
  url: string;
  pid: number;
  /** Where the data really is. */
  dataDir: string;
  /** Fast shutdown: open sessions end, everything is written down; resolves once the server is gone. */
  stop(): Promise<void>;
}

/**
 * Starts the PostgreSQL of the installed npm package, on loopback only, with a random password. Ctrl-C does not reach
 * it, so that its users can finish first: call `stop`. Where nobody could (SIGKILL), the next start on the same folder
 * cleans up. Throws when this machine has no such package, when another process uses the folder, or when the server
 * does not start; the message says what to do or what the server said.
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<RunningPostgres> {
  const { dataDir, port = 0, log = () => {} } = options;
  const temporary = dataDir === undefined;
  const unsafe = options.outlives === "server" ? { fsync: "off", full_page_writes: "off" } : {};
  const disk = temporary ? { fsync: "off", synchronous_commit: "off", full_page_writes: "off" } : unsafe;
  const account = await serverAccount();
  const programs = await usablePrograms(installedPackage(), account, log);
  const home = temporary ? await temporaryHome(account) : await lastingHome(resolve(dataDir), account, log);
  const cluster = join(home, "cluster");
  if (!(await exists(cluster))) await createCluster({ home, programs, account, temporary });
  const password = await readFile(join(cluster, "password"), "utf8");

  const deadline = performance.now() + RETRY_FOR_MS;
  for (;;) {
    await release(cluster);
    const chosenPort = port === 0 ? await freePort() : port;
    const attempt = await launch({ home, programs, account, disk, port: chosenPort });
    if (attempt.ready) {
      return {
        url: `postgres://${USER}:${password}@127.0.0.1:${chosenPort}/postgres`,
        pid: attempt.pid,
        dataDir: home,
        async stop() {
          if (!hasEnded(attempt.child)) await stopServer(attempt.pid);
          if (temporary) await rm(home, { recursive: true, force: true, maxRetries: 5 });
        },
      };
    }
    if (performance.now() > deadline || !willPass(attempt.output, port)) {
      throw new Error(`PostgreSQL did not start in ${cluster}:\n${attempt.output.trim()}`);
    }
    await pause(100);
  }
}

/** Whether a failed start is worth another try: the server before is still going, or a free port was just taken. */
function willPass(output: string, port: number): boolean {
  return /lock file|shared memory block/.test(output) || (port === 0 && /already in use/.test(output));
}

interface Place {
  home: string;
  programs: string;
  account: Account;
}

type Attempt = { ready: true; child: ChildProcess; pid: number } | { ready: false; output: string };

async function launch({
  home,
  programs,
  account,
  disk,
  port,
}: Place & { disk: Record<string, string>; port: number }): Promise<Attempt> {
  const cluster = join(home, "cluster");
  const settings = {
    port,
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    max_connections: 200,
    timezone: "UTC",
    log_timezone: "UTC",
    cluster_name: nameFor(process.pid),
    ...disk,
  };
  const logPath = join(home, "postgres.log");
  const logFile = await open(logPath, "w", 0o600);
  const child = spawn(
    join(programs, "postgres"),
    ["-D", cluster, ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`])],
    {
      ...account,
      cwd: home,
      env: ENVIRONMENT,
      detached: true,
      stdio: ["ignore", logFile.fd, logFile.fd],
      windowsHide: true,
    },
  );
  await once(child, "spawn").finally(() => logFile.close());
  child.unref();

  const isReady = async () => {
    const lock = await readLock(cluster);
    return lock?.pid === child.pid && lock?.status === "ready";
  };
  await until(async () => hasEnded(child) || (await isReady()));
  if (child.pid !== undefined && !hasEnded(child)) {
    if (await isReady()) return { ready: true, child, pid: child.pid };
    await stopServer(child.pid);
  }
  return { ready: false, output: await readFile(logPath, "utf8") };
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** A new cluster, made aside and moved into place at once: a start that dies half-way leaves nothing that looks like one. */
async function createCluster({
  home,
  programs,
  account,
  temporary,
}: Place & { temporary: boolean }): Promise<void> {
  const draft = await mkdtemp(join(home, "draft-"));
  await give(draft, account);
  const passwordFile = join(draft, "password");
  await writeFile(passwordFile, randomBytes(24).toString("base64url"), { mode: 0o600 });
  await give(passwordFile, account);

  const cluster = join(draft, "cluster");
  const choices = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"];
  await promisify(execFile)(
    join(programs, "initdb"),
    [
      `--pgdata=${cluster}`,
      `--username=${USER}`,
      `--pwfile=${passwordFile}`,
      "--auth=scram-sha-256",
      "--no-instructions",
      ...choices,
      ...(temporary ? ["--no-sync"] : []),
    ],
    { ...account, cwd: home, env: ENVIRONMENT },
  );
  await rename(passwordFile, join(cluster, "password"));
  await rename(cluster, join(home, "cluster"));
  await rm(draft, { recursive: true });
}

async function temporaryHome(account: Account): Promise<string> {
  await removeAbandoned();
  const home = await mkdtemp(join(tmpdir(), `${TEMPORARY}${process.pid}-`));
  await give(home, account);
  return home;
}

/** Temporary clusters of launchers that died before they could remove them. */
async function removeAbandoned(): Promise<void> {
  for (const entry of await readdir(tmpdir())) {
    const launcher = entry.startsWith(TEMPORARY) ? Number.parseInt(entry.slice(TEMPORARY.length), 10) : null;
    if (launcher === null || (await processOf(launcher)) !== null) continue;
    const home = join(tmpdir(), entry);
    await release(join(home, "cluster"))
      .then(() => rm(home, { recursive: true, force: true, maxRetries: 5 }))
      .catch(ignoreOthers);
  }
}

function ignoreOthers(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPERM" && error.code !== "EACCES") throw error;
}

async function lastingHome(wanted: string, account: Account, log: (line: string) => void): Promise<string> {
  await mkdir(dirname(wanted), { recursive: true });
  if (canEnter(dirname(wanted), account)) return claim(wanted, account);
  const name = createHash("sha256").update(wanted).digest("hex").slice(0, 12);
  const home = await claim(join(tmpdir(), `csp-desk-data-${name}`), account);
  log(`PostgreSQL keeps its data in ${home}, because its account cannot enter ${dirname(wanted)}`);
  return home;
}

async function claim(home: string, account: Account): Promise<string> {
  await mkdir(home, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
  const { uid } = await lstat(home);
  if (process.getuid && uid !== process.getuid() && uid !== account.uid) {
    throw new Error(`${home} belongs to another user (${uid}): run as that user, or remove it`);
  }
  await give(home, account);
  return home;
}

async function give(path: string, { uid, gid }: Account): Promise<void> {
  if (uid !== undefined && gid !== undefined) await chown(path, uid, gid);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
