import * as cloudformation from "@aws-sdk/client-cloudformation";
import * as dynamodb from "@aws-sdk/client-dynamodb";
import * as events from "@aws-sdk/client-eventbridge";
import * as kms from "@aws-sdk/client-kms";
import * as lambda from "@aws-sdk/client-lambda";
import * as ses from "@aws-sdk/client-ses";
import * as sesv2 from "@aws-sdk/client-sesv2";
import * as sts from "@aws-sdk/client-sts";

/** Services that the AWS CLI names as these clients' packages describe them. */
const clients: Readonly<Record<string, object>> = {
  cloudformation,
  dynamodb,
  events,
  kms,
  lambda,
  ses,
  sesv2,
  sts,
};

/** Commands of the AWS CLI that are no operation of a client installed here, with their options. */
const others: Readonly<Record<string, readonly string[]>> = {
  "acm describe-certificate": ["--certificate-arn"],
  "acm request-certificate": ["--domain-name", "--validation-method"],
  configure: [],
  "configure set": [],
  "configure sso": [],
  "configure list-profiles": [],
  "dynamodb wait": ["--table-name"],
  "logs describe-log-groups": ["--log-group-name-pattern"],
  "logs tail": ["--since", "--format", "--filter-pattern"],
  "route53 list-hosted-zones": [],
  "s3 ls": ["--recursive"],
  "s3 mb": [],
  "service-quotas request-service-quota-increase": ["--service-code", "--quota-code", "--desired-value"],
  "sso login": [],
};

const globalOptions = ["--endpoint-url", "--region", "--profile", "--query", "--output"];

/** Finds what the AWS CLI would not understand of a command; undefined if nothing. */
export function faultOfAws(args: readonly string[]): string | undefined {
  const { words, options } = split(args);
  const [service = "", operation = ""] = words;
  const known = others[`${service} ${operation}`.trim()] ?? optionsOf(service, operation);
  if (known === undefined) return `unknown command: ${service} ${operation}`;
  const strange = options.find((option) => !globalOptions.includes(option) && !known.includes(option));
  return strange && `unknown option: ${strange}`;
}

/** Tells words from options. A word behind an option is its value, but behind a flag. */
function split(args: readonly string[]) {
  const options = args.filter((arg) => arg.startsWith("--"));
  const words: string[] = [];
  let isValue = false;
  for (const arg of args) {
    if (arg.startsWith("--")) isValue = globalOptions.includes(arg);
    else if (!isValue || words.length >= 2) words.push(arg);
    else isValue = false;
  }
  return { words, options };
}

/** The members of an operation's input, as options; undefined without such an operation. */
function optionsOf(service: string, operation: string): string[] | undefined {
  const name = `${operation.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase())}Command`;
  const found = Object.entries(clients[service] ?? {}).find(
    ([key]) => key.toLowerCase() === name.toLowerCase(),
  );
  if (!found) return undefined;
  const [, Command] = found as [string, new (input: object) => { readonly schema: readonly unknown[] }];
  const input = new Command({}).schema[4];
  const members = (typeof input === "function" ? input() : input)[4] as readonly string[];
  return members.map(kebab).flatMap((member) => [`--${member}`, `--no-${member}`]);
}

const kebab = (name: string) =>
  name.replace(/([a-z0-9])([A-Z])|([A-Z])(?=[A-Z][a-z])/g, "$1$3-$2").toLowerCase();
