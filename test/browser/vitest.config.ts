import { defineConfig } from "vitest/config";

// `npm run test:browser`: tests the pages in Chromium without a window. See chromium.ts for its installation.
export default defineConfig({
  test: { include: ["test/browser/*.test.ts"], maxWorkers: 2, testTimeout: 60_000, hookTimeout: 60_000 },
});
