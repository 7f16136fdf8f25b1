import { defineConfig } from "vitest/config";

// `npm run test:policies`: checks the functions' requests to AWS against their roles, with a simulator from npm.
export default defineConfig({
  test: { include: ["test/policies/*.test.ts"], testTimeout: 300_000, hookTimeout: 120_000 },
});
