import { parseArgs } from "node:util";
import { refuseEmpty } from "../admin/arguments.ts";
import { SettingsError } from "../settings/settings-error.ts";

/** The arguments of `cdk deploy` that `npm run deploy` needs to know. */
export interface DeployCommand {
  readonly stage?: string;
  readonly profile?: string;
  readonly region?: string;
  /** Whether the user asks for the usage. */
  readonly help: boolean;
}

/**
 * Reads the arguments of `cdk deploy`. Unknown ones are left to that command.
 * @throws SettingsError for `--stage`: the CDK would ignore it and deploy the plain stack.
 * @throws UsageError for an option without a value.
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
  refuseEmpty(values);
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
