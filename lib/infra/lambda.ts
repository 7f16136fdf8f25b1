import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Architecture, type Code, Function as LambdaFunction, Runtime } from "aws-cdk-lib/aws-lambda";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import type { FunctionRow } from "../manifest/function-row.ts";
import { functionIdOf, functionTimeoutSeconds, memoryMb, samLocalUrls } from "../manifest/platform.ts";
import type { Settings } from "../settings/settings.ts";
import { environmentOf } from "./environment-size.ts";
import type { Grant } from "./grants.ts";

export interface LambdaProps {
  readonly row: FunctionRow;
  readonly code: Code;
  readonly grant: Grant;
  readonly settings: Settings;
  /** Whether the template is for `sam local`, whose containers always run on x86. */
  readonly samLocal: boolean;
}

/** One Lambda with its own log group. */
export interface Lambda {
  readonly row: FunctionRow;
  readonly handler: LambdaFunction;
  readonly logGroup: LogGroup;
}

/** Makes the Lambda of one row, with its log group and its role. */
export function makeLambda(scope: Construct, { row, code, grant, settings, samLocal }: LambdaProps): Lambda {
  const id = functionIdOf(row.name);
  const logGroup = makeLogGroup(scope, `${id}Logs`, settings);
  const environment = {
    ...environmentOf(grant.variables),
    // SAM passes on only the variables that the template declares.
    ...(samLocal ? { AWS_ENDPOINT_URL: samLocalUrls.awsUrl } : {}),
  };
  const handler = new LambdaFunction(scope, id, {
    description: descriptionOf(row),
    runtime: Runtime.NODEJS_24_X,
    architecture: samLocal ? Architecture.X86_64 : Architecture.ARM_64,
    code,
    handler: "index.handler",
    memorySize: memoryMb(row),
    timeout: Duration.seconds(functionTimeoutSeconds),
    role: makeRole(scope, `${id}Role`, logGroup, grant.statements),
    logGroup,
    environment,
    ...(settings.reservedConcurrency ? { reservedConcurrentExecutions: settings.reservedConcurrency } : {}),
  });
  return { row, handler, logGroup };
}

/** Makes a log group that is deleted with the stack. The settings set the retention of its lines. */
export function makeLogGroup(scope: Construct, id: string, settings: Settings): LogGroup {
  return new LogGroup(scope, id, {
    // The setting allows only CloudWatch's numbers of days.
    retention: settings.logRetentionDays,
    removalPolicy: RemovalPolicy.DESTROY,
  });
}

/** Makes a role. Its policies are inline, so that it has its rights as soon as the function or its mapping needs them. */
function makeRole(scope: Construct, id: string, logGroup: LogGroup, statements: PolicyStatement[]): Role {
  const writeLogs = new PolicyStatement({
    actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
    resources: [logGroup.logGroupArn],
  });
  return new Role(scope, id, {
    assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
    inlinePolicies: { needs: new PolicyDocument({ statements: [writeLogs, ...statements] }) },
  });
}

function descriptionOf(row: FunctionRow): string {
  if (row.outbox) return `Works off ${row.outbox} jobs`;
  return row.runs ? `Runs ${row.runs.join(", ")}` : (row.http ?? []).join(", ");
}
