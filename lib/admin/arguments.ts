import { parseArgs } from "node:util";
import type { Aim } from "./endpoint.ts";
import { refuseMisplaced } from "./place.ts";
import { UsageError } from "./usage.ts";

/** The options of every command that works on a deployment. */
const commonOptions = {
  stage: { type: "string" },
  profile: { type: "string" },
  region: { type: "string" },
  "endpoint-url": { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

type Options = Readonly<Record<string, { readonly type: "string" | "boolean" }>>;

/** The values of the given options. */
export type Values<Own extends Options> = {
  readonly [Name in keyof Own]?: (Own[Name]["type"] extends "boolean" ? boolean : string) | undefined;
};

interface Arguments<Own extends Options> {
  readonly aim: Aim;
  readonly values: Values<Own>;
  readonly positionals: readonly string[];
}

/**
 * Reads the arguments of a command that works on a deployment.
 * @param command Name of the npm script.
 * @param own Options of this command, in addition to the common ones.
 * @param allowPositionals Whether the command takes arguments without a name.
 * @returns undefined if the user asks for the usage.
 * @throws UsageError
 */
export function readArguments<Own extends Options>(
  command: string,
  args: readonly string[],
  own: Own,
  allowPositionals = false,
): Arguments<Own> | undefined {
  refuseMisplaced(command);
  const options = { ...commonOptions, ...own };
  const { values, positionals } = parse(command, { args: [...args], allowPositionals, options });
  const common = values as Values<typeof commonOptions>;
  const { help, stage, profile, region, "endpoint-url": endpointUrl } = common;
  if (help) return undefined;
  refuseEmpty(values);
  if (endpointUrl !== undefined && !(/^https?:\/\//.test(endpointUrl) && URL.canParse(endpointUrl)))
    throw new UsageError("--endpoint-url takes a URL, such as http://127.0.0.1:4566.");
  return { aim: { stage, profile, region, endpointUrl }, values: values as Values<Own>, positionals };
}

/** Refuses an option without a value, as an empty shell variable leaves it. @throws UsageError */
export function refuseEmpty(values: Readonly<Record<string, unknown>>): void {
  const empty = Object.keys(values).find((name) => values[name] === "");
  if (empty !== undefined) throw new UsageError(`--${empty} has no value. Is a shell variable empty?`);
}

function parse(command: string, config: Parameters<typeof parseArgs>[0]) {
  try {
    return parseArgs(config);
  } catch (error) {
    const [firstLine] = (error as Error).message.split("\n");
    throw new UsageError(`${firstLine} (npm run ${command} -- --help shows what there is.)`);
  }
}
