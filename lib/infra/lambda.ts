import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Architecture, type Code, Function as LambdaFunction, Runtime } from "aws-cdk-lib/aws-lambda";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import type { FunctionRow } from "../manifest/function-row.ts";
import { functionIdOf, functionTimeoutSeconds, memoryMb, samLocalUrls } from "../manifest/platform.ts";
import type { Settings } from "../settings/settings.ts";
import { refuseLargeEnvironment } from "./environment-size.ts";
import type { Grant } from "./grants.ts";

export interface LambdaProps {
  readonly row: FunctionRow;
  readonly code: Code;
  readonly grant: Grant;
  readonly settings: Settings;
  /** Whether the template is one for `sam local`: its containers run on x86 everywhere. */
  readonly samLocal: boolean;
}

/** One Lambda with the log group that it alone writes to. */
export interface Lambda {
  readonly row: FunctionRow;
  readonly handler: LambdaFunction;
  readonly logGroup: LogGroup;
}

/** Makes the Lambda of one row: its log group, its role with its needs' rights, its function. */
export function makeLambda(scope: Construct, { row, code, grant, settings, samLocal }: LambdaProps): Lambda {
  const id = functionIdOf(row.name);
  const logGroup = makeLogGroup(scope, `${id}Logs`, settings);
  const environment = {
    ...grant.variables,
    // Stack traces in logs name our files and lines; costs some 15 ms of a cold start.
    NODE_OPTIONS: "--enable-source-maps",
    // SAM passes on only variables that the template declares.
    ...(samLocal ? { AWS_ENDPOINT_URL: samLocalUrls.awsUrl } : {}),
  };
  refuseLargeEnvironment(row.name, environment);
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

/** Makes a log group that goes with the stack and keeps its lines as long as the settings say. */
export function makeLogGroup(scope: Construct, id: string, settings: Settings): LogGroup {
  return new LogGroup(scope, id, {
    // The setting takes only numbers of days that CloudWatch knows.
    retention: settings.logRetentionDays,
    removalPolicy: RemovalPolicy.DESTROY,
  });
}

/** The rights are inline, so that role and rights are there at once when the function or its mapping first needs them. */
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
