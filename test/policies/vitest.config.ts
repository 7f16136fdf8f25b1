import { defineConfig } from "vitest/config";

// `npm run test:policies`: what functions ask of AWS against their roles, by a simulator that it fetches from npm.
export default defineConfig({
  test: { include: ["test/policies/*.test.ts"], testTimeout: 300_000, hookTimeout: 120_000 },
});
