import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { compiledOnce } from "./test/ground/compiled.ts";
import { LongestFirst } from "./test/ground/longest-first.ts";

// For the processes that run the tests, and for those that these start.
Object.assign(process.env, compiledOnce);

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: "test/ground/global-setup.ts",
    setupFiles: "test/ground/leaks.ts",
    pool: "forks",
    // A file goes on where the one before ended: the code is read once, and stays warm.
    isolate: false,
    // Two more than cores: a third of the time is spent waiting for other processes.
    maxWorkers: availableParallelism() + 2,
    sequence: { sequencer: LongestFirst },
    // A busy machine is slow and not wrong: these end only what would never end.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    teardownTimeout: 30_000,
    // What a browser shows is waited for, not glimpsed.
    expect: { poll: { timeout: 60_000 } },
    restoreMocks: true,
    unstubEnvs: true,
  },
});
