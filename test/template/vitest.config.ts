import { defineConfig } from "vitest/config";

// `npm run test:template`: checks the template with cfn-lint from PyPI and cdk-nag from npm. It needs Python 3.
export default defineConfig({
  test: { include: ["test/template/*.test.ts"], testTimeout: 600_000 },
});
