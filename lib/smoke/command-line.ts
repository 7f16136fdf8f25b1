import { readArguments } from "../admin/arguments.ts";
import type { Aim } from "../admin/endpoint.ts";
import { aimUsage, UsageError } from "../admin/usage.ts";
import { type TriedContract, ways } from "./contracts.ts";

const contractNames = Object.keys(ways) as TriedContract[];

/** How the command is called. */
export const usage = `Usage: npm run smoke [-- OPTIONS]

Signs up a test account at a deployment, logs in, reads its profile and deletes it. The mail of the sign-up goes to
Amazon's mailbox simulator.

  --stage NAME        the stage, if there are several; its stack names the URL and the table
  --url URL           the deployment, instead of a stack: the output ApiUrl, or your own domain
  --contract NAME     the contract to try: ${contractNames.join(", ")}; by default the first that is on
  --invite CODE       an invitation, if sign-ups are by invitation only
  --table NAME        the table, to remove an account of "signup" at once: it cannot log in to delete itself
${aimUsage}

The exit code is 1 if a step fails, and otherwise 0.`;

/** The deployment and the contract to try. */
export interface Command extends Aim {
  /** Origin of the deployment. Without it, the stack names it. */
  readonly origin?: string;
  readonly contract?: TriedContract;
  readonly invite?: string | undefined;
  readonly table?: string | undefined;
}

const options = {
  url: { type: "string" },
  contract: { type: "string" },
  invite: { type: "string" },
  table: { type: "string" },
} as const;

/**
 * Reads the arguments.
 * @returns undefined if the user asks for the usage.
 * @throws UsageError
 */
export function readCommand(args: readonly string[]): Command | undefined {
  const given = readArguments("smoke", args, options);
  if (!given) return undefined;
  const { url, contract: named, invite, table } = given.values;
  if (url !== undefined && given.aim.stage !== undefined)
    throw new UsageError("--url and --stage name a deployment twice.");
  const contract = contractNames.find((name) => name === named);
  if (named !== undefined && contract === undefined)
    throw new UsageError(`--contract takes one of ${contractNames.join(", ")}.`);
  return {
    ...given.aim,
    invite,
    table,
    ...(url !== undefined && { origin: readOrigin(url) }),
    ...(contract !== undefined && { contract }),
  };
}

function readOrigin(text: string): string {
  const takes = "--url takes the URL of the deployment without a path, such as https://accounts.example.com.";
  if (!/^https?:/.test(text) || !URL.canParse(text)) throw new UsageError(takes);
  const { origin, pathname } = new URL(text);
  if (pathname !== "/") throw new UsageError(takes);
  return origin;
}
