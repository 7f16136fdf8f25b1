import { lookup, resolve4, resolveCname, resolveTxt } from "node:dns/promises";
import type { Aim } from "../admin/endpoint.ts";
import { UsageError } from "../admin/usage.ts";
import { DependencyFault } from "../core/shared/refusals.ts";
import { type Settings, SettingsError } from "../settings/settings.ts";
import { readSettingsFile } from "../settings/settings-file.ts";
import { checkAccount, checkBootstrap, checkConcurrency } from "./account-checks.ts";
import { checkAddress } from "./address-check.ts";
import { readCommand, usage } from "./command-line.ts";
import { type Finding, problem, skipped, warning } from "./finding.ts";
import { checkDkim, checkDmarc, checkSender, checkSending } from "./mail-checks.ts";
import { checkSettings } from "./settings-check.ts";
import { checkAlarms, checkDeadJobs, checkKey, checkStack } from "./stack-checks.ts";
import { type Dns, openSurroundings, type Surroundings } from "./surroundings.ts";

interface Check {
  readonly name: string;
  readonly run: (around: Surroundings) => Promise<Finding>;
}

const account: Check = { name: "account", run: checkAccount };
const settings: Check = { name: "settings", run: checkSettings };

/** The checks that follow those of the AWS account and the settings, in the order of their lines. */
const checks: readonly Check[] = [
  { name: "bootstrap", run: checkBootstrap },
  { name: "stack", run: checkStack },
  { name: "sender", run: checkSender },
  { name: "sending", run: checkSending },
  { name: "dkim", run: checkDkim },
  { name: "dmarc", run: checkDmarc },
  { name: "address", run: checkAddress },
  { name: "key", run: checkKey },
  { name: "concurrency", run: checkConcurrency },
  { name: "dead jobs", run: checkDeadJobs },
  { name: "alarms", run: checkAlarms },
];

type Output = Pick<Console, "log" | "error">;

/** Ports that tests replace. */
interface Ports {
  readonly dns: Dns;
  readonly readSettings: (stage?: string) => Settings;
}

/**
 * Checks a deployment with the caller's own credentials, and prints a line for each check. It changes nothing.
 * @returns the exit code: 0 without a problem, 1 with a problem, 2 if the command was not understood.
 */
export async function runDoctor(
  args: readonly string[],
  output: Output,
  { dns, readSettings }: Ports = {
    dns: { lookup, resolve4, resolveCname, resolveTxt },
    readSettings: readSettingsFile,
  },
): Promise<number> {
  try {
    const command = readCommand(args);
    if (command)
      return await examine(openSurroundings(command, readSettings(command.stage), dns), command, output);
    output.log(usage);
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof SettingsError)) throw error;
    output.error(error.message);
    return 2;
  }
}

async function examine(around: Surroundings, command: Aim, output: Output): Promise<number> {
  const perform = async ({ name, run }: Check, where = around) => {
    const finding = await run(where).catch((error) => explain(error, command));
    return { name, ...finding };
  };
  const basis = await perform(account);
  output.log(linesOf(basis, command));
  // All other checks need credentials.
  if (basis.level === "problem") return 1;
  const deployable = await perform(settings);
  const rest = deployable.level === "problem" ? { ...around, deploy: [] } : around;
  const findings = [deployable, ...(await Promise.all(checks.map((check) => perform(check, rest))))];
  for (const finding of findings) output.log(linesOf(finding, command));
  return findings.some(({ level }) => level === "problem") ? 1 : 0;
}

function linesOf({ name, level, text, next }: Finding & { name: string }, command: Aim): string {
  const lines = next.map((line) => `${" ".repeat(22)}${aimed(line, command)}`);
  return [`${level.padEnd(9)}${name.padEnd(13)}${text}`, ...lines].join("\n");
}

/** Adds the profile, region and endpoint of the checks to a command. */
function aimed(line: string, { profile, region, endpointUrl }: Aim): string {
  const place = [given("--profile", profile), given("--region", region)];
  if (line.startsWith("aws ")) return joined(line, ...place, given("--endpoint-url", endpointUrl));
  if (!/^(npm|npx) /.test(line)) return line;
  // npm passes on only the options behind two hyphens. The CDK has no option for an endpoint.
  const hyphens = line.startsWith("npm ") && !line.includes(" -- ") && joined(...place) !== "" ? "--" : "";
  const variable = endpointUrl === undefined ? "" : `AWS_ENDPOINT_URL=${endpointUrl}`;
  return joined(variable, line, hyphens, ...place);
}

const given = (option: string, value: string | undefined) =>
  value === undefined ? "" : `${option} ${value}`;
const joined = (...parts: string[]) => parts.filter((part) => part !== "").join(" ");

type Explanation = (fault: DependencyFault, command: Aim) => Finding;

/** Findings for failed calls, by the name of the failure. */
const causes: [RegExp, Explanation][] = [
  [
    /AccessDenied|UnauthorizedOperation/,
    ({ service, operation }) =>
      warning(`These credentials lack ${service}:${operation}. This was not checked.`),
  ],
  [
    /UnknownOperation|InvalidAction/,
    ({ service, operation }) => skipped(`This endpoint has no ${service} ${operation}.`),
  ],
  [
    /Credential|Token|Unrecognized|SignatureDoesNotMatch/,
    () => problem("AWS knows no such credentials. Name others by --profile, or log in:", "aws sso login"),
  ],
  [
    /ECONN|ENOTFOUND|EAI_AGAIN|Timeout/,
    ({ service }, { endpointUrl = "AWS" }) =>
      problem(
        `${endpointUrl} does not answer for ${service}. Is there a network, and is the service in this region?`,
      ),
  ],
];

/** Turns the failure of a check into a finding. */
function explain(error: Error, command: Aim): Finding {
  if (error instanceof DependencyFault) {
    const [, words] = causes.find(([kind]) => kind.test(error.message)) ?? [];
    return words?.(error, command) ?? problem(`The call failed (${error.message}). Try again.`);
  }
  if (error instanceof UsageError) return problem(error.message);
  if ("syscall" in error) return warning(`The DNS did not answer (${error.message}). This was not checked.`);
  throw error;
}
