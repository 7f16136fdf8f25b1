import { rowsOf } from "../manifest/platform.ts";
import { type Sources, valuesOf } from "../manifest/variables.ts";
import { deployedNames } from "../settings/mail-files.ts";
import type { Settings } from "../settings/settings.ts";
import { wrongSetting } from "../settings/settings-error.ts";

/** Lambda's limit for all variables of a function together. Lambda measures them as JSON. */
const environmentMaxBytes = 4_096;

/** Stands for a value that only the deployment knows. It is longer than the name, ARN or URL of any resource here. */
const unknownValue = "x".repeat(128);

/** The folder to which Lambda unpacks a function's code. */
const codeDirectory = "/var/task";

/** Sources of the values that follow from the settings alone. */
export const settledSources = (settings: Settings) => ({
  settings,
  allowedOrigins: settings.allowedOrigins,
  mailTexts: settings.mailTexts === undefined ? "" : `${codeDirectory}/${deployedNames.mailTexts}`,
  mailLayout: settings.mailLayout === undefined ? "" : `${codeDirectory}/${deployedNames.mailLayout}`,
});

/** All variables of a deployed function. @param brought The variables that its needs bring. */
export const environmentOf = (brought: Readonly<Record<string, string>>) => ({
  ...brought,
  // With source maps, stack traces in logs name our files and lines. They cost some 15 ms of a cold start.
  NODE_OPTIONS: "--enable-source-maps",
});

/**
 * Refuses settings by which the variables of a function exceed Lambda's limit.
 * @throws SettingsError that names the setting of the longest variable.
 */
export function refuseLargeEnvironments(settings: Settings): void {
  const sources: Sources = {
    ...settledSources(settings),
    tableName: unknownValue,
    keyArn: unknownValue,
    bucketName: unknownValue,
    configurationSet: unknownValue,
    publicUrl: settings.publicUrl ?? unknownValue,
  };
  for (const { name, needs } of rowsOf(settings.contracts))
    refuseLarge(name, environmentOf(valuesOf(needs, sources)), settings);
}

function refuseLarge(name: string, variables: Readonly<Record<string, string>>, settings: Settings): void {
  const bytes = Buffer.byteLength(JSON.stringify(variables));
  if (bytes <= environmentMaxBytes) return;
  const sizeOf = (one: string) => Buffer.byteLength(variables[one] ?? "");
  const longest = Object.keys(variables).reduce((one, other) => (sizeOf(other) > sizeOf(one) ? other : one));
  throw wrongSetting(
    settingOf(longest),
    `makes ${bytes} bytes of variables for the function ${name}, and Lambda takes ${environmentMaxBytes}: shorten it`,
    settings,
  );
}

/** A variable's name is its setting's name in capitals. */
const settingOf = (variable: string) =>
  variable.toLowerCase().replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
