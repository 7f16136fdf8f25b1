import { parseArgs } from "node:util";

/** What `npm run deploy` has to know of the arguments, all of which are for `cdk deploy`. */
export interface DeployCommand {
  readonly stage?: string;
  readonly profile?: string;
  readonly region?: string;
  /** Whether only the usage is asked for. */
  readonly help: boolean;
}

/** Reads the arguments of `cdk deploy`; those that it does not know it leaves to that command. */
export function readDeployCommand(args: readonly string[]): DeployCommand {
  const { values } = parseArgs({
    args: [...args],
    strict: false,
    options: {
      context: { type: "string", short: "c", multiple: true },
      profile: { type: "string" },
      region: { type: "string" },
      help: { type: "boolean", short: "h" },
    },
  });
  const { context = [], profile, region, help = false } = values;
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
