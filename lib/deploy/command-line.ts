import { parseArgs } from "node:util";
import { SettingsError } from "../settings/settings-error.ts";

/** What `npm run deploy` has to know of the arguments, all of which are for `cdk deploy`. */
export interface DeployCommand {
  readonly stage?: string;
  readonly profile?: string;
  readonly region?: string;
  /** Whether only the usage is asked for. */
  readonly help: boolean;
}

/**
 * Reads the arguments of `cdk deploy`; those that it does not know it leaves to that command.
 * @throws SettingsError for `--stage`, which the CDK would ignore, and deploy the plain stack.
 */
export function readDeployCommand(args: readonly string[]): DeployCommand {
  const { values } = parseArgs({
    args: [...args],
    strict: false,
    options: {
      context: { type: "string", short: "c", multiple: true },
      profile: { type: "string" },
      region: { type: "string" },
      stage: { type: "string" },
      help: { type: "boolean", short: "h" },
    },
  });
  const { context = [], profile, region, stage: misnamed, help = false } = values;
  if (misnamed !== undefined)
    throw new SettingsError("A deployment names its stage as the CDK does: -c stage=NAME.");
  const stage = context
    .map((each) => /^=?stage=(.*)$/s.exec(String(each))?.[1])
    .filter((each) => each !== undefined)
    .at(-1);
  return {
    ...(stage !== undefined && { stage }),
    ...(typeof profile === "string" && { profile }),
    ...(typeof region === "string" && { region }),
    help: help === true,
  };
}
