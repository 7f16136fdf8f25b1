import { defineConfig } from "vitest/config";

// `npm run test:sam`: runs the real SAM CLI with a real container engine. SAM_IMAGE names an image to use instead of
// Amazon's, such as that of stand-in-image.ts.
export default defineConfig({
  test: { include: ["test/sam/*.test.ts"], maxWorkers: 1, testTimeout: 180_000, hookTimeout: 240_000 },
});
