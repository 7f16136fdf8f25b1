import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { KMSClient } from "@aws-sdk/client-kms";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { SESv2Client } from "@aws-sdk/client-sesv2";
import { STSClient } from "@aws-sdk/client-sts";
import { type Aim, clientConfigOf } from "../admin/endpoint.ts";
import { call } from "../aws/calls.ts";
import { openClient, openTable, type Table } from "../aws/table/table.ts";
import { cloudFormationStacks, type FoundStack } from "../deploy/stacks.ts";
import { stackNameOf } from "../manifest/stage-names.ts";
import type { Settings } from "../settings/settings.ts";

/** The part of `node:dns/promises` that the checks use. */
export interface Dns {
  lookup(name: string): Promise<unknown>;
  resolve4(name: string): Promise<string[]>;
  resolveCname(name: string): Promise<string[]>;
  resolveTxt(name: string): Promise<string[][]>;
}

/** Clients and settings for the checks. */
export interface Surroundings {
  readonly settings: Settings;
  readonly stackName: string;
  /** The command that deploys this stage. Empty if the settings cannot be deployed. */
  readonly deploy: readonly string[];
  /** The profile that an option names. */
  readonly profile: string | undefined;
  readonly dns: Dns;
  readonly sts: STSClient;
  readonly ses: SESv2Client;
  readonly lambda: LambdaClient;
  readonly kms: KMSClient;
  readonly cloudWatch: CloudWatchClient;
  openTable(name: string): Table;
  /** Finds a stack by name. Repeated calls read it once. */
  findStack(name: string): Promise<FoundStack | undefined>;
}

/** Opens clients for the command's AWS account, region and endpoint. */
export function openSurroundings(command: Aim, settings: Settings, dns: Dns): Surroundings {
  const config = clientConfigOf(command);
  const { find } = cloudFormationStacks(config);
  const stacks = new Map<string, Promise<FoundStack | undefined>>();
  return {
    settings,
    stackName: stackNameOf(command.stage),
    deploy: [`npm run deploy${command.stage === undefined ? "" : ` -- -c stage=${command.stage}`}`],
    profile: command.profile,
    dns,
    sts: new STSClient(config),
    ses: new SESv2Client(config),
    lambda: new LambdaClient(config),
    kms: new KMSClient(config),
    cloudWatch: new CloudWatchClient(config),
    openTable: (name) => openTable(name, openClient(config)),
    findStack(name) {
      const found = stacks.get(name) ?? call("cloudformation", "DescribeStacks", () => find(name));
      stacks.set(name, found);
      return found;
    },
  };
}

/** An output of a stack. */
export const outputOf = (stack: FoundStack | undefined, name: string): string | undefined =>
  stack?.outputs?.[name];
