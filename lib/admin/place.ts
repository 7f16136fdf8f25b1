import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { UsageError } from "./usage.ts";

/** Where and as whom a client of the SDK calls AWS. */
interface Client {
  readonly config: {
    readonly region: () => Promise<string>;
    readonly credentials: () => Promise<unknown>;
  };
}

/** Options that name an AWS account and region. */
export interface Place {
  readonly profile?: string | undefined;
  readonly region?: string | undefined;
}

/** Adds the variables that the AWS CLI and the CDK read, but not the SDK. Options take precedence over variables. */
export function placeOf({ profile, region }: Place, variables: NodeJS.ProcessEnv) {
  const { AWS_REGION, AWS_DEFAULT_REGION, AWS_PROFILE, AWS_DEFAULT_PROFILE, AWS_ACCESS_KEY_ID } = variables;
  const otherProfile = AWS_PROFILE || AWS_ACCESS_KEY_ID ? undefined : AWS_DEFAULT_PROFILE;
  const place = { profile: profile || otherProfile, region: region || AWS_REGION || AWS_DEFAULT_REGION };
  return {
    ...(place.profile && { profile: place.profile }),
    ...(place.region && { region: place.region }),
  };
}

/**
 * Finds the region of a client, such as that of its profile, and checks that there are credentials.
 * @param profile The profile of the client, if an option names one.
 * @throws UsageError with one line that says what is missing.
 */
export async function locate(
  { config }: Client,
  profile: string | undefined,
  variables: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  const name = profile ?? variables.AWS_PROFILE;
  try {
    const region = await config.region();
    await config.credentials();
    return region;
  } catch (error) {
    const [message = ""] = (error as Error).message.split("\n");
    if (name && !isProfile(name, variables)) throw new UsageError(noProfile(name));
    throw new UsageError(remedies[message] ?? `These credentials or this region cannot be used: ${message}`);
  }
}

const noProfile = (name: string) =>
  `There is no profile ${name}: aws configure list-profiles shows yours, and aws configure --profile ${name} makes it.`;

/** What to do, by the message of the SDK. */
const remedies: Readonly<Record<string, string>> = {
  "Region is missing": "Which region? Say --region NAME, or set AWS_REGION.",
  "Could not load credentials from any providers":
    "No credentials: run aws configure, or name a profile with --profile.",
};

/** Whether the files of the AWS CLI have a profile. */
function isProfile(name: string, variables: NodeJS.ProcessEnv): boolean {
  const files = [
    variables.AWS_CONFIG_FILE || join(homedir(), ".aws/config"),
    variables.AWS_SHARED_CREDENTIALS_FILE || join(homedir(), ".aws/credentials"),
  ];
  const texts = files.filter((file) => existsSync(file)).map((file) => readFileSync(file, "utf8"));
  const titles = [...texts.join("\n").matchAll(/^\s*\[\s*(?:profile\s+)?["']?([^\]"']+?)["']?\s*\]/gm)];
  return titles.some(([, title]) => title === name);
}

/** Options that name a deployment. None of them is an option of npm. */
const misplaceable = ["stage", "profile", "region", "endpoint-url", "url", "table", "contract", "invite"];

/**
 * Refuses options before the two hyphens: npm takes them for its own and hides them from the command, which would then
 * work on another deployment.
 * @param command Name of the npm script.
 * @throws UsageError
 */
export function refuseMisplaced(command: string, variables: NodeJS.ProcessEnv = process.env): void {
  // npm takes -c for its own option --call.
  const [, stage] = /^stage=(.*)$/s.exec(variables.npm_config_call ?? "") ?? [];
  const values: Readonly<Record<string, string | undefined>> = {
    ...Object.fromEntries(
      misplaceable.map((name) => [name, variables[`npm_config_${name.replace("-", "_")}`]]),
    ),
    ...(stage !== undefined && { stage }),
  };
  const name = misplaceable.find((one) => values[one] !== undefined);
  if (name === undefined) return;
  // npm gives "true" to an option with a space before its value.
  const value = values[name] === "true" ? "NAME" : values[name];
  const option = name === "stage" && command === "deploy" ? `-c stage=${value}` : `--${name} ${value}`;
  throw new UsageError(
    `npm took the option for the ${name} itself. Put -- before it: npm run ${command} -- ${option}`,
  );
}
