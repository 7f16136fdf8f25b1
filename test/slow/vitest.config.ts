import { defineConfig } from "vitest/config";

// `npm run test:slow`: what takes too long for every run of the tests.
export default defineConfig({
  test: { include: ["test/slow/*.test.ts"], maxWorkers: 1, testTimeout: 120_000, hookTimeout: 20_000 },
});
