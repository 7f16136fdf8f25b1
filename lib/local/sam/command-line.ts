import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { functionIdOf, samLocalUrls } from "../../manifest/platform.ts";
import { routes } from "../../manifest/routes.ts";
import { UsageError } from "../command-line.ts";

/** The text of `npm run sam -- --help`. */
export const samUsage = `Usage: npm run sam [-- --memory] [-- SAM's OPTIONS]
       npm run sam -- invoke FUNCTION [-e FILE] [--memory] [SAM's OPTIONS]

Serves the API with sam local at http://127.0.0.1:3000, with the local runner beside it,
or runs one function, such as RegisterSignup, with its event file in events/ or another file.

  -e FILE   the event, instead of events/FUNCTION.json
  --memory  keep nothing on disk`;

export interface SamCommand {
  readonly samArguments: readonly string[];
  readonly runnerArguments: readonly string[];
  readonly isServer: boolean;
}

/**
 * Reads the arguments. Unknown arguments are passed to SAM.
 * @returns undefined for `--help`.
 * @throws UsageError
 */
export function readSamCommand(args: readonly string[], project: string): SamCommand | undefined {
  if (args.includes("--help") || args.includes("-h")) return undefined;
  refuseStage(args);
  const runnerArguments = args.filter((each) => each === "--memory");
  const [command = "", ...others] = args.filter((each) => each !== "--memory");
  if (command === "invoke")
    return { samArguments: invoking(others, project), runnerArguments, isServer: false };
  if (command !== "" && !command.startsWith("-"))
    throw new UsageError(`"${command}" is no command: npm run sam -- --help shows what there is.`);
  const options = command === "" ? [] : [command, ...others];
  refuseOtherAddress(options);
  return { samArguments: ["local", "start-api", ...options], runnerArguments, isServer: true };
}

/** Refuses a stage early: SAM does not know the option, and would end after everything has started. */
function refuseStage(args: readonly string[]): void {
  if (args.some((each) => /^(--stage(=.*)?|(-c=?)?stage=.*)$/.test(each)))
    throw new UsageError('npm run sam has no stages: it takes the settings outside "stages" in cdk.json.');
}

/** Options that make SAM serve the API at another address. */
const addressOption = /^(-p.*|--(port|host|ssl-cert-file|ssl-key-file)(=.*)?)$/;

/** Refuses another address: links in mail name SAM's address, which the functions get before SAM starts. */
function refuseOtherAddress(options: readonly string[]): void {
  const option = options.find((each) => addressOption.test(each));
  if (option !== undefined)
    throw new UsageError(
      `${option} would break the links in mail, which lead to ${samLocalUrls.publicUrl}: leave it out.`,
    );
}

function invoking([name = "", ...options]: readonly string[], project: string): string[] {
  const known = eventNames(project).join(", ");
  if (!/^\w/.test(name)) throw new UsageError(`invoke takes the name of a function first: ${known}.`);
  if (!functionIds.includes(name)) throw new UsageError(unknownFunction(name));
  const invoke = ["local", "invoke", name, ...options];
  if (options.some((each) => /^(-e|--event|--no-event)\b/.test(each))) return invoke;
  const file = `events/${name}.json`;
  if (!existsSync(join(project, file)))
    throw new UsageError(`There is no ${file}: pass an event with -e FILE, or use one of ${known}.`);
  return [...invoke, "-e", file];
}

const functionIds = routes.map((row) => functionIdOf(row.name));

/** Suggests functions with a similar name, or says where the names are. */
function unknownFunction(name: string): string {
  const start = (text: string) => text.toLowerCase().slice(0, 4);
  const near = functionIds.filter((id) => start(id) === start(name));
  const hint =
    near.length > 0
      ? `Did you mean ${near.join(", ")}?`
      : 'The folder functions/ names them all: "register-signup" is RegisterSignup.';
  return `There is no function ${name}. ${hint}`;
}

/** Lists the functions that have an event file. */
function eventNames(project: string): string[] {
  return readdirSync(join(project, "events")).flatMap((file) => /^(\w+)\.json$/.exec(file)?.[1] ?? []);
}
