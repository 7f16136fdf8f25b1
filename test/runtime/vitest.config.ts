import { defineConfig } from "vitest/config";

// `npm run test:runtime`: the bundles under Amazon's own runtime client, which it fetches from npm.
export default defineConfig({
  test: { include: ["test/runtime/*.test.ts"], testTimeout: 300_000, hookTimeout: 120_000 },
});
