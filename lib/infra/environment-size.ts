import { Token } from "aws-cdk-lib";
import { wrongSetting } from "../settings/settings-error.ts";

/** What Lambda takes of all variables of a function together, as it measures them: written as JSON. */
const environmentMaxBytes = 4_096;

/** Longer than the name, ARN or URL of any resource here, which only a deployment knows. */
const unknownValue = "x".repeat(128);

/**
 * Refuses variables that Lambda would not take.
 * @throws SettingsError that names the setting of the longest one.
 */
export function refuseLargeEnvironment(name: string, variables: Readonly<Record<string, string>>): void {
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
  );
}

const sizeOf = (variables: Readonly<Record<string, string>>, name: string) =>
  Buffer.byteLength(variables[name] ?? "");

/** A variable has the name of its setting, in capitals. */
const settingOf = (variable: string) =>
  variable.toLowerCase().replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
