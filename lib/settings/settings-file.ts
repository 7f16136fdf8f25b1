import { readFileSync } from "node:fs";
import { readSettings, type Settings, SettingsError } from "./settings.ts";

/**
 * Reads the settings from `cdk.json` of this project, where `npm run deploy` reads them.
 * @param stage As in `readSettings`.
 * @throws SettingsError also where there is no such file, or it is no JSON.
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
