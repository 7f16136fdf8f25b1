import { defineConfig } from "vitest/config";

// `npm run test:runtime`: tests the bundles with Amazon's own runtime client from npm.
export default defineConfig({
  test: { include: ["test/runtime/*.test.ts"], testTimeout: 300_000, hookTimeout: 120_000 },
});
