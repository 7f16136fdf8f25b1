import { refuseDeployment } from "../infra/deployable.ts";
import { SettingsError } from "../settings/settings.ts";
import { type Finding, ok, problem } from "./finding.ts";
import type { Surroundings } from "./surroundings.ts";

/** Checks that `npm run deploy` accepts the settings. */
export async function checkSettings({ sts, settings }: Surroundings): Promise<Finding> {
  try {
    refuseDeployment(settings, await sts.config.region());
  } catch (error) {
    if (error instanceof SettingsError) return problem(error.message);
    throw error;
  }
  return ok("They can be deployed.");
}
