import { parseArgs } from "node:util";

/** The API's default port. */
export const defaultPort = 3000;

/** The AWS endpoint's default port. Other local AWS endpoints use it too. */
export const defaultAwsPort = 4566;

/** The text of `npm start -- --help`. */
export const usage = `Usage: npm start [-- --memory] [-- --host ADDRESS] [-- --public-url URL] [-- --stage NAME] [-- --verbose]

  --memory          keep nothing on disk
  --host ADDRESS    listen beyond this machine, for example on 0.0.0.0 in a container
  --public-url URL  the origin of links and tokens, if another server serves the API
  --stage NAME      use the settings of this stage in cdk.json
  --verbose         print every log line of the functions

PORT (3000) sets the port of the API, AWS_PORT (4566) the port of the embedded AWS endpoint.`;

/** An error that the user can correct. Its message is one line that says how. */
export class UsageError extends Error {}

export interface Command {
  readonly port: number;
  readonly awsPort: number;
  readonly host?: string;
  readonly publicUrl?: string;
  readonly stage?: string;
  readonly keepsData: boolean;
  readonly verbose: boolean;
}

/**
 * Reads arguments and environment variables.
 * @returns undefined for `--help`.
 * @throws UsageError
 */
export function readCommand(args: readonly string[], variables: NodeJS.ProcessEnv): Command | undefined {
  const values = parse(args);
  if (values.help) return undefined;
  if (values.host === "") throw new UsageError("--host takes an address, such as 0.0.0.0.");
  const publicUrl = values["public-url"];
  if (publicUrl !== undefined && !isOrigin(publicUrl))
    throw new UsageError("--public-url takes an origin, such as http://127.0.0.1:3000.");
  const port = readPort("PORT", variables.PORT, defaultPort);
  const awsPort = readPort("AWS_PORT", variables.AWS_PORT, defaultAwsPort);
  if (port === awsPort && port !== 0) throw new UsageError("PORT and AWS_PORT must differ.");
  return {
    port,
    awsPort,
    ...(values.host !== undefined && { host: values.host }),
    ...(publicUrl !== undefined && { publicUrl }),
    ...(values.stage !== undefined && { stage: values.stage }),
    keepsData: !values.memory,
    verbose: values.verbose,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        memory: { type: "boolean", default: false },
        host: { type: "string" },
        "public-url": { type: "string" },
        stage: { type: "string" },
        verbose: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    }).values;
  } catch (error) {
    const [firstLine] = (error as Error).message.split("\n");
    throw new UsageError(`${firstLine} (npm start -- --help lists the options.)`);
  }
}

const isOrigin = (text: string) => /^https?:/.test(text) && URL.parse(text)?.origin === text;

function readPort(name: string, value: string | undefined, otherwise: number): number {
  if (value === undefined || value === "") return otherwise;
  if (/^\d{1,5}$/.test(value) && Number(value) <= 65_535) return Number(value);
  throw new UsageError(`${name} takes a port, from 0 (any free one) to 65535.`);
}
