import { readFileSync } from "node:fs";
import { readSettings, type Settings, SettingsError } from "./settings.ts";

/**
 * Reads the settings from this project's `cdk.json`, as `npm run deploy` does.
 * @param stage Name of a stage, or undefined for the plain stack.
 * @throws SettingsError if a setting is wrong, or if the file is missing or is not JSON.
 */
export function readSettingsFile(stage?: string): Settings {
  return readSettings(readContext().vestibule, stage);
}

function readContext(): { readonly vestibule?: unknown } {
  try {
    return JSON.parse(readFileSync(new URL("../../cdk.json", import.meta.url), "utf8")).context ?? {};
  } catch (error) {
    throw new SettingsError(`cdk.json cannot be read: ${(error as Error).message}`);
  }
}
