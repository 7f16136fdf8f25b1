import { CloudFormationClient, DescribeStacksCommand, type Stack } from "@aws-sdk/client-cloudformation";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { KMSClient } from "@aws-sdk/client-kms";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { SESv2Client } from "@aws-sdk/client-sesv2";
import { STSClient } from "@aws-sdk/client-sts";
import { type Aim, clientConfigOf } from "../admin/endpoint.ts";
import { callUnless } from "../aws/calls.ts";
import { openClient, openTable, type Table } from "../aws/table/table.ts";
import { stackNameOf } from "../manifest/stage-names.ts";
import type { Settings } from "../settings/settings.ts";

/** The part of `node:dns/promises` that the checks use. */
export interface Dns {
  lookup(name: string): Promise<unknown>;
  resolveCname(name: string): Promise<string[]>;
  resolveTxt(name: string): Promise<string[][]>;
}

/** What the checks look at. */
export interface Surroundings {
  readonly settings: Settings;
  readonly stackName: string;
  /** The command that deploys this stage. */
  readonly deploy: string;
  readonly dns: Dns;
  readonly sts: STSClient;
  readonly ses: SESv2Client;
  readonly lambda: LambdaClient;
  readonly kms: KMSClient;
  readonly cloudWatch: CloudWatchClient;
  openTable(name: string): Table;
  /** Finds a stack by name; asked for twice, it is read once. */
  findStack(name: string): Promise<Stack | undefined>;
}

/** Opens clients for the account, region and endpoint that the command asks for. */
export function openSurroundings(command: Aim, settings: Settings, dns: Dns): Surroundings {
  const config = clientConfigOf(command);
  const cloudFormation = new CloudFormationClient(config);
  const stacks = new Map<string, Promise<Stack | undefined>>();
  return {
    settings,
    stackName: stackNameOf(command.stage),
    deploy: `npm run deploy${command.stage === undefined ? "" : ` -- -c stage=${command.stage}`}`,
    dns,
    sts: new STSClient(config),
    ses: new SESv2Client(config),
    lambda: new LambdaClient(config),
    kms: new KMSClient(config),
    cloudWatch: new CloudWatchClient(config),
    openTable: (name) => openTable(name, openClient(config)),
    findStack(name) {
      const found = stacks.get(name) ?? describeStack(cloudFormation, name);
      stacks.set(name, found);
      return found;
    },
  };
}

async function describeStack(client: CloudFormationClient, StackName: string): Promise<Stack | undefined> {
  const describe = () => client.send(new DescribeStacksCommand({ StackName }));
  // That is how CloudFormation answers for a stack that is not there.
  const answer = await callUnless("ValidationError", "cloudformation", "DescribeStacks", describe);
  return answer?.Stacks?.[0];
}

/** An output of a stack. */
export const outputOf = (stack: Stack | undefined, name: string): string | undefined =>
  stack?.Outputs?.find(({ OutputKey }) => OutputKey === name)?.OutputValue;
