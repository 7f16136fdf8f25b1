import { parseArgs } from "node:util";
import type { Aim } from "../admin/endpoint.ts";
import { UsageError } from "../admin/usage.ts";

/** How the command is called. */
export const usage = `Usage: npm run doctor [-- OPTIONS]

Looks at a deployment with your own credentials, and changes nothing.

  --stage NAME        the stage, where there are several
  --profile NAME      the profile of your AWS configuration; or AWS_PROFILE
  --region NAME       the region; or AWS_REGION, or that of the profile
  --endpoint-url URL  another endpoint than Amazon's, such as http://127.0.0.1:4566

It ends with 1 if there is a problem, and with 0 otherwise.`;

/** Which deployment to look at, and how. */
export interface Command extends Aim {
  readonly stage?: string;
}

/**
 * Reads the arguments.
 * @returns undefined if only the usage is asked for.
 * @throws UsageError
 */
export function readCommand(args: readonly string[]): Command | undefined {
  const { help, "endpoint-url": endpointUrl, ...values } = parse(args);
  if (help) return undefined;
  if (values.stage !== undefined && !/^[A-Za-z0-9][A-Za-z0-9-]*$/.test(values.stage))
    throw new UsageError("--stage takes letters, digits and hyphens.");
  if (endpointUrl !== undefined && !URL.canParse(endpointUrl))
    throw new UsageError("--endpoint-url takes a URL, such as http://127.0.0.1:4566.");
  return { ...values, ...(endpointUrl !== undefined && { endpointUrl }) };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        stage: { type: "string" },
        profile: { type: "string" },
        region: { type: "string" },
        "endpoint-url": { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (error) {
    const [firstLine] = (error as Error).message.split("\n");
    throw new UsageError(`${firstLine} (npm run doctor -- --help shows what there is.)`);
  }
}
