import { defineConfig } from "vitest/config";

// `npm run test:slow`: tests that are too slow for every run.
export default defineConfig({
  test: { include: ["test/slow/*.test.ts"], maxWorkers: 1, testTimeout: 120_000, hookTimeout: 20_000 },
});
