import { Token } from "aws-cdk-lib";
import type { Settings } from "../settings/settings.ts";
import { wrongSetting } from "../settings/settings-error.ts";

/** Lambda's limit for all variables of a function together. Lambda measures them as JSON. */
const environmentMaxBytes = 4_096;

/** Stands for a value that only the deployment knows. It is longer than the name, ARN or URL of any resource here. */
const unknownValue = "x".repeat(128);

/**
 * Refuses variables that exceed Lambda's limit.
 * @throws SettingsError that names the setting of the longest variable.
 */
export function refuseLargeEnvironment(
  name: string,
  variables: Readonly<Record<string, string>>,
  settings: Settings,
): void {
  const known = Object.entries(variables).map(([key, value]) => [
    key,
    Token.isUnresolved(value) ? unknownValue : value,
  ]);
  const bytes = Buffer.byteLength(JSON.stringify(Object.fromEntries(known)));
  if (bytes <= environmentMaxBytes) return;
  const longest = Object.keys(variables).reduce((one, other) =>
    sizeOf(variables, other) > sizeOf(variables, one) ? other : one,
  );
  throw wrongSetting(
    settingOf(longest),
    `makes ${bytes} bytes of variables for the function ${name}, and Lambda takes ${environmentMaxBytes}: shorten it`,
    settings,
  );
}

const sizeOf = (variables: Readonly<Record<string, string>>, name: string) =>
  Buffer.byteLength(variables[name] ?? "");

/** A variable's name is its setting's name in capitals. */
const settingOf = (variable: string) =>
  variable.toLowerCase().replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
