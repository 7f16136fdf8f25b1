import { DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { DescribeKeyCommand } from "@aws-sdk/client-kms";
import { call } from "../aws/calls.ts";
import { wasNeverMade } from "../deploy/stacks.ts";
import { dueKey, tableShape } from "../manifest/table-shape.ts";
import { type Finding, ok, problem, skipped, warning } from "./finding.ts";
import { outputOf, type Surroundings } from "./surroundings.ts";

const notDeployed = skipped("Nothing is deployed yet.");

/** Checks that the stack exists, and how its last deployment ended. */
export async function checkStack({ findStack, stackName, deploy }: Surroundings): Promise<Finding> {
  const stack = await findStack(stackName);
  const status = stack?.status ?? "REVIEW_IN_PROGRESS";
  const look = `aws cloudformation describe-stack-events --stack-name ${stackName}`;
  if (status === "REVIEW_IN_PROGRESS")
    return problem(`There is no stack ${stackName} in this account and region.`, ...deploy);
  if (/^(CREATE|UPDATE|IMPORT)_COMPLETE$/.test(status))
    return ok(`${stackName} is ${status}: ${outputOf(stack, "ApiUrl")}`);
  if (status === "UPDATE_ROLLBACK_COMPLETE")
    return warning(`${stackName}: the last deployment failed, and the one before it is in place.`, look);
  if (/IN_PROGRESS$/.test(status)) return warning(`${stackName} is ${status}. Check again when it is done.`);
  if (wasNeverMade(status))
    return problem(
      `${stackName} is ${status}: its first deployment failed. Correct the cause. The next deployment replaces the stack.`,
      look,
      ...deploy,
    );
  return problem(`${stackName} is ${status}.`, look);
}

/** Remedies for a key that cannot encrypt, by its state. */
const cures: Record<string, (key: string) => string[]> = {
  PendingDeletion: (key) => [
    `aws kms cancel-key-deletion --key-id ${key}`,
    `aws kms enable-key --key-id ${key}`,
  ],
  Disabled: (key) => [`aws kms enable-key --key-id ${key}`],
};

/** Checks that the KMS key of addresses and signing keys is enabled. */
export async function checkKey({ findStack, stackName, kms }: Surroundings): Promise<Finding> {
  const KeyId = outputOf(await findStack(stackName), "KeyArn");
  if (KeyId === undefined) return notDeployed;
  const { KeyMetadata } = await call("kms", "DescribeKey", () => kms.send(new DescribeKeyCommand({ KeyId })));
  const state = KeyMetadata?.KeyState ?? "unknown";
  if (state === "Enabled") return ok("The key is enabled.");
  return problem(`The key is ${state}: nobody can sign up.`, ...(cures[state]?.(KeyId) ?? []));
}

/** The check counts at most this many dead jobs of a group. */
const mostCounted = 100;

/** Counts dead outbox jobs. */
export async function checkDeadJobs({ findStack, stackName, openTable }: Surroundings): Promise<Finding> {
  const name = outputOf(await findStack(stackName), "TableName");
  if (name === undefined) return notDeployed;
  const table = openTable(name);
  const { index: IndexName, partitionKey } = tableShape.dueJobs;
  const count = async (group: "mail" | "effects") => {
    const dead = await table.query({
      IndexName,
      KeyConditionExpression: "#due = :due",
      ExpressionAttributeNames: { "#due": partitionKey },
      ExpressionAttributeValues: { ":due": dueKey(group, "dead") },
      Limit: mostCounted + 1,
    });
    return dead.length > mostCounted ? `more than ${mostCounted}` : String(dead.length);
  };
  const [mail, effects] = await Promise.all([count("mail"), count("effects")]);
  if (mail === "0" && effects === "0") return ok("No job is dead.");
  const group = mail === "0" ? "effects" : "mail";
  return problem(
    `Jobs failed for the last time: ${mail} of mail, ${effects} of other effects. docs/operations.md, "Dead jobs", says how to go on.`,
    `aws dynamodb query --table-name ${name} --index-name ${IndexName} --key-condition-expression '${partitionKey} = :due' --expression-attribute-values '{":due":{"S":"${dueKey(group, "dead")}"}}'`,
  );
}

/** Looks for the stack's alarms in state ALARM. */
export async function checkAlarms({ findStack, stackName, cloudWatch }: Surroundings): Promise<Finding> {
  if (!(await findStack(stackName))) return notDeployed;
  const command = new DescribeAlarmsCommand({ AlarmNamePrefix: `${stackName}-` });
  const { MetricAlarms = [] } = await call("cloudwatch", "DescribeAlarms", () => cloudWatch.send(command));
  // CloudFormation names an alarm by stack, logical id and suffix. Names of other stages' stacks can have this prefix too.
  const isOwn = (name = "") => /^[^-]+-[^-]+$/.test(name.slice(stackName.length + 1));
  const own = MetricAlarms.filter(({ AlarmName }) => isOwn(AlarmName));
  const ringing = own.filter(({ StateValue }) => StateValue === "ALARM");
  if (ringing.length === 0) return ok(`None of ${own.length} alarms is on.`);
  return problem(
    `${ringing.length} of ${own.length} alarms: ${ringing.map(({ AlarmDescription }) => AlarmDescription).join(" ")}`,
    'See docs/operations.md, "Alarms".',
    `aws cloudwatch describe-alarms --state-value ALARM --alarm-name-prefix ${stackName}-`,
  );
}
