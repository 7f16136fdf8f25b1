import { rmSync } from "node:fs";
import { join } from "node:path";
import { App } from "aws-cdk-lib";
import recommended from "aws-cdk-lib/recommended-feature-flags.json" with { type: "json" };

/**
 * Makes the CDK app with the flags that CDK recommends to new projects. package.json pins CDK's version, and so the flags.
 * @param options `validate` checks the template against CloudFormation's rules. This takes four seconds, so one test does
 * it and a synth does not. `outdir` is the folder of the template, unless the CDK command sets it.
 */
export function makeApp(options: { validate?: boolean; outdir?: string } = {}): App {
  const app = new App({
    ...(options.outdir === undefined ? {} : { outdir: options.outdir }),
    builtinCloudFormationValidation: options.validate ?? false,
    postCliContext: recommended,
    // Only editors' construct explorers read this file, and writing it takes a good part of a synth.
    treeMetadata: false,
  });
  // A synth without findings keeps the report of an earlier one, which would make the CDK command fail again.
  rmSync(join(app.outdir, "validation-report.json"), { force: true });
  return app;
}
