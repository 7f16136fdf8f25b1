import { join } from "node:path";
import { Code } from "aws-cdk-lib/aws-lambda";
import { makeApp } from "../lib/infra/app.ts";
import { bundleDirectory, bundleFunctions, placeMailFiles } from "../lib/infra/bundle.ts";
import { VestibuleStack } from "../lib/infra/vestibule-stack.ts";
import { stackNameOf } from "../lib/manifest/stage-names.ts";
import { readMailFiles } from "../lib/settings/mail-files.ts";
import { readSettings, SettingsError } from "../lib/settings/settings.ts";

const app = makeApp();
try {
  const settings = readSettings(app.node.tryGetContext("vestibule"), app.node.tryGetContext("stage"));
  const { files } = readMailFiles(settings, join(import.meta.dirname, ".."));
  await bundleFunctions();
  placeMailFiles(files);
  new VestibuleStack(app, stackNameOf(settings.stage), {
    settings,
    codeOf: (name) => Code.fromAsset(join(bundleDirectory, name)),
    samLocal: String(app.node.tryGetContext("samLocal")) === "true",
  });
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  console.error(error.message);
  process.exit(1);
}
