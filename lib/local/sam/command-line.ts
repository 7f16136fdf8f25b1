import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { functionIdOf, samLocalUrls } from "../../manifest/platform.ts";
import { routes } from "../../manifest/routes.ts";
import { UsageError } from "../command-line.ts";

/** How `npm run sam` is called. */
export const samUsage = `Usage: npm run sam [-- --memory] [-- SAM's OPTIONS]
       npm run sam -- invoke FUNCTION [-e FILE] [--memory] [SAM's OPTIONS]

Serves the API by sam local at http://127.0.0.1:3000, with the local runner beside it,
or runs one function, such as RegisterSignup, with its event file in events/ or another.

  -e FILE   the event, instead of events/FUNCTION.json
  --memory  keep nothing on disk`;

/** What to start. */
export interface SamCommand {
  readonly samArguments: readonly string[];
  readonly runnerArguments: readonly string[];
  readonly isServer: boolean;
}

/**
 * Reads arguments; those that are not ours are for SAM.
 * @returns undefined if only the usage is asked for.
 * @throws UsageError
 */
export function readSamCommand(args: readonly string[], project: string): SamCommand | undefined {
  if (args.includes("--help") || args.includes("-h")) return undefined;
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

/** The options by which SAM would serve the API at another address. */
const addressOption = /^(-p.*|--(port|host|ssl-cert-file|ssl-key-file)(=.*)?)$/;

/** Links in mail name SAM's address, which the functions were told before it starts. */
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
    throw new UsageError(`There is no ${file}: bring an event by -e FILE, or take one of ${known}.`);
  return [...invoke, "-e", file];
}

const functionIds = routes.map((row) => functionIdOf(row.name));

/** Names the functions that begin alike, or says where all their names are. */
function unknownFunction(name: string): string {
  const start = (text: string) => text.toLowerCase().slice(0, 4);
  const near = functionIds.filter((id) => start(id) === start(name));
  const hint =
    near.length > 0
      ? `Did you mean ${near.join(", ")}?`
      : 'The folder functions/ names them all: "register-signup" is RegisterSignup.';
  return `There is no function ${name}. ${hint}`;
}

/** The functions that have an event file of their own. */
function eventNames(project: string): string[] {
  return readdirSync(join(project, "events")).flatMap((file) => /^(\w+)\.json$/.exec(file)?.[1] ?? []);
}
