import { defineConfig } from "vitest/config";

// `npm run test:deploy`: the real CDK commands against MiniStack, which plays AWS and is fetched from PyPI.
export default defineConfig({
  test: {
    include: ["test/ministack/*.test.ts"],
    globalSetup: "test/ministack/ministack.ts",
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 240_000,
  },
});
