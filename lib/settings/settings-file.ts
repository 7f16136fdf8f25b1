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
    return contextIn(readFileSync(new URL("../../cdk.json", import.meta.url), "utf8"));
  } catch (error) {
    throw new SettingsError(`cdk.json cannot be read: ${(error as Error).message}`);
  }
}

/** Reads the context of a file `cdk.json`. @throws Error if the text is not JSON, or not an object with a context. */
export function contextIn(text: string): { readonly vestibule?: unknown } {
  const file = JSON.parse(text);
  const context = file?.context ?? {};
  for (const one of [file, context])
    if (typeof one !== "object" || one === null || Array.isArray(one))
      throw new Error('it takes an object with an object "context".');
  return context;
}
