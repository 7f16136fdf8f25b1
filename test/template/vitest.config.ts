import { defineConfig } from "vitest/config";

// `npm run test:template`: the template under cfn-lint and cdk-nag, which it fetches from PyPI and npm. Needs Python 3.
export default defineConfig({
  test: { include: ["test/template/*.test.ts"], testTimeout: 600_000 },
});
