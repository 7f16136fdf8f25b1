import { defineConfig } from "vitest/config";

// `npm run test:deploy`: runs the real CDK commands against MiniStack, an AWS emulator from PyPI.
export default defineConfig({
  test: {
    include: ["test/ministack/*.test.ts"],
    globalSetup: "test/ministack/ministack.ts",
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 240_000,
  },
});
