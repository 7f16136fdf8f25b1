import { rmSync } from "node:fs";
import { join } from "node:path";
import { App } from "aws-cdk-lib";
import recommended from "aws-cdk-lib/recommended-feature-flags.json" with { type: "json" };

/**
 * Makes the CDK app with the flags that CDK recommends to new projects: those of the installed version, which
 * package.json pins.
 * @param options `validate` holds the template against CloudFormation's rules. That takes four seconds, so a test does
 * it once and a synth does not. `outdir` is where the template goes, when the CDK command does not say so.
 */
export function makeApp(options: { validate?: boolean; outdir?: string } = {}): App {
  const app = new App({
    ...(options.outdir === undefined ? {} : { outdir: options.outdir }),
    builtinCloudFormationValidation: options.validate ?? false,
    postCliContext: recommended,
    // Only construct explorers of editors read it, and it takes a good part of a synth.
    treeMetadata: false,
  });
  // A synth without findings leaves the report of an earlier one there, and the CDK command would refuse by it again.
  rmSync(join(app.outdir, "validation-report.json"), { force: true });
  return app;
}
