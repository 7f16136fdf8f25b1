import { defineConfig } from "vitest/config";

// `npm run test:browser`: the pages in headless Chromium. Needs Chromium; see chromium.ts.
export default defineConfig({
  test: { include: ["test/browser/*.test.ts"], maxWorkers: 2, testTimeout: 60_000, hookTimeout: 60_000 },
});
