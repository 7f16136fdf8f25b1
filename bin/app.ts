import { join } from "node:path";
import { Code } from "aws-cdk-lib/aws-lambda";
import { makeApp } from "../lib/infra/app.ts";
import { bundleDirectory, bundleFunctions, placeMailFiles } from "../lib/infra/bundle.ts";
import { refuseUndeployable } from "../lib/infra/deployable.ts";
import { refuseUntouchedSender } from "../lib/infra/sender.ts";
import { VestibuleStack } from "../lib/infra/vestibule-stack.ts";
import { stackNameOf } from "../lib/manifest/stage-names.ts";
import { readMailFiles } from "../lib/settings/mail-files.ts";
import { readSettings, SettingsError } from "../lib/settings/settings.ts";

// The CDK command sets the account if it finds credentials. It always sets a region: us-east-1 if nobody has named one.
const { CDK_DEFAULT_ACCOUNT: account, CDK_DEFAULT_REGION, AWS_REGION, AWS_DEFAULT_REGION } = process.env;
const region = account || AWS_REGION || AWS_DEFAULT_REGION ? CDK_DEFAULT_REGION : undefined;
const app = makeApp();
try {
  const settings = readSettings(app.node.tryGetContext("vestibule"), app.node.tryGetContext("stage"));
  const samLocal = String(app.node.tryGetContext("samLocal")) === "true";
  if (!samLocal) refuseUndeployable(settings, region);
  const { files } = readMailFiles(settings, join(import.meta.dirname, ".."));
  await bundleFunctions();
  placeMailFiles(files);
  const stack = new VestibuleStack(app, stackNameOf(settings.stage), {
    settings,
    codeOf: (name) => Code.fromAsset(join(bundleDirectory, name)),
    samLocal,
  });
  if (!samLocal) refuseUntouchedSender(stack, settings, account);
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  console.error(error.message);
  process.exit(1);
}
