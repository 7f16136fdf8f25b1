import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Suites that take long or need more than Node have scripts of their own in package.json.
    exclude: ["test/slow/**", "test/browser/**"],
    // Files share a process: starting one for each takes longer than most of them run.
    isolate: false,
    // One more than a small machine has processors: the tests wait about as often as they compute.
    maxWorkers: 3,
    testTimeout: 30_000,
    hookTimeout: 20_000,
  },
});
