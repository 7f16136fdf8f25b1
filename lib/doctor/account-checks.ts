import { GetAccountSettingsCommand } from "@aws-sdk/client-lambda";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { locate } from "../admin/place.ts";
import { call } from "../aws/calls.ts";
import { rowsOf } from "../manifest/platform.ts";
import { type Finding, ok, problem, warning } from "./finding.ts";
import { outputOf, type Surroundings } from "./surroundings.ts";

/** Names the AWS account and region of all checks. */
export async function checkAccount({ sts, profile }: Surroundings): Promise<Finding> {
  const region = await locate(sts, profile);
  const caller = await call("sts", "GetCallerIdentity", () => sts.send(new GetCallerIdentityCommand({})));
  if (caller.Account === undefined)
    return problem("This endpoint does not answer as AWS does. Is --endpoint-url right?");
  return ok(`${caller.Account} in ${region}, as ${caller.Arn}`);
}

/** The oldest bootstrap stack that accepts this project's uploads. */
const leastBootstrapVersion = 6;

/** Looks for the stack that `cdk bootstrap` makes, by its default name. */
export async function checkBootstrap({ findStack }: Surroundings): Promise<Finding> {
  const version = outputOf(await findStack("CDKToolkit"), "BootstrapVersion");
  if (version === undefined)
    return problem(
      "This account and region have no stack CDKToolkit, where the CDK puts its uploads.",
      "npx cdk bootstrap",
    );
  if (Number(version) < leastBootstrapVersion)
    return problem(
      `The bootstrap stack has version ${version}; ${leastBootstrapVersion} is needed.`,
      "npx cdk bootstrap",
    );
  return ok(`The bootstrap stack has version ${version}.`);
}

/** Executions that Lambda never lets an AWS account reserve. */
const keptUnreserved = 100;
/** Below this limit the doctor warns. A sign-up occupies a function for about a second. */
const fewExecutions = 100;

const askForMore =
  "aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384 --desired-value 1000";

/** Compares Lambda's limit of concurrent executions with the settings' reservations. */
export async function checkConcurrency({ lambda, settings }: Surroundings): Promise<Finding> {
  const read = () => lambda.send(new GetAccountSettingsCommand({}));
  const limit = (await call("lambda", "GetAccountSettings", read)).AccountLimit?.ConcurrentExecutions ?? 0;
  const functions = rowsOf(settings.contracts).length;
  const reserved = functions * (settings.reservedConcurrency ?? 0);
  if (reserved > 0 && reserved > limit - keptUnreserved)
    return problem(
      `${functions} functions would reserve ${reserved} concurrent executions. The account has ${limit}, of which ${keptUnreserved} stay free.`,
      'Leave "reservedConcurrency" out of cdk.json, or ask for a higher limit:',
      askForMore,
    );
  if (limit < fewExecutions)
    return warning(
      `This account runs at most ${limit} functions at once, so few sign-ups a second.`,
      askForMore,
    );
  return ok(`Lambda runs up to ${limit} functions at once.`);
}
