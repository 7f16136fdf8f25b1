import { setTimeout as sleep } from "node:timers/promises";
import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type TableDescription,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb";
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { DependencyFault } from "../../core/shared/refusals.ts";
import { tableShape } from "../../manifest/table-shape.ts";
import { call } from "../calls.ts";
import { openClient } from "./table.ts";

/** Features that a table needs and that a restore from a backup does not bring back. */
type Part = "stream" | "time to live" | "point-in-time recovery";

/** The outcome: the features switched on by this call, or the problem that prevented it. */
export type Adoption =
  | { readonly ok: true; readonly streamArn: string; readonly switchedOn: readonly Part[] }
  | {
      readonly ok: false;
      readonly problem: "not-active" | "another-shape" | "another-stream" | "another-ttl";
    };

const activeWithinMs = 5 * 60_000;
const askAgainMs = 1_000;

/**
 * Prepares an existing table for a stack that did not create it. Switches on its stream, its time to live and its backups
 * where they are off. CloudFormation cannot do this, since the table is not part of the stack. Idempotent.
 * @throws DependencyFault
 */
export async function adoptTable(tableName: string, client = openClient()): Promise<Adoption> {
  try {
    return await adopt(tableName, client);
  } finally {
    client.destroy();
  }
}

async function adopt(TableName: string, client: DynamoDBDocumentClient): Promise<Adoption> {
  const table = await describe(TableName, client);
  if (table.TableStatus !== "ACTIVE") return { ok: false, problem: "not-active" };
  if (!hasShape(table)) return { ok: false, problem: "another-shape" };
  const view = table.StreamSpecification?.StreamViewType;
  if (view !== undefined && view !== "KEYS_ONLY") return { ok: false, problem: "another-stream" };
  const timeToLive = await switchOnTimeToLive(TableName, client);
  if (timeToLive === "another") return { ok: false, problem: "another-ttl" };
  const backups = await switchOnBackups(TableName, client);
  // This comes last: afterwards the table accepts no other change for a while.
  const stream = view === undefined && (await switchOnStream(TableName, client));
  const switchedOn: Part[] = [];
  if (stream) switchedOn.push("stream");
  if (timeToLive === "now") switchedOn.push("time to live");
  if (backups) switchedOn.push("point-in-time recovery");
  return { ok: true, streamArn: await streamOf(TableName, client), switchedOn };
}

async function describe(TableName: string, client: DynamoDBDocumentClient): Promise<TableDescription> {
  const command = new DescribeTableCommand({ TableName });
  return (await call("dynamodb", "DescribeTable", () => client.send(command))).Table ?? {};
}

/** Whether the keys and the index are those of a table that the stack creates. */
function hasShape({ KeySchema, GlobalSecondaryIndexes = [] }: TableDescription): boolean {
  const namesOf = (schema: TableDescription["KeySchema"] = []) =>
    schema.map((key) => key.AttributeName).join();
  const { partitionKey, sortKey, dueJobs } = tableShape;
  const index = GlobalSecondaryIndexes.find(({ IndexName }) => IndexName === dueJobs.index);
  return (
    namesOf(KeySchema) === `${partitionKey},${sortKey}` &&
    namesOf(index?.KeySchema) === `${dueJobs.partitionKey},${dueJobs.sortKey}`
  );
}

async function switchOnTimeToLive(TableName: string, client: DynamoDBDocumentClient) {
  const asked = new DescribeTimeToLiveCommand({ TableName });
  const { TimeToLiveDescription: found } = await call("dynamodb", "DescribeTimeToLive", () =>
    client.send(asked),
  );
  if (found?.TimeToLiveStatus === "ENABLED" || found?.TimeToLiveStatus === "ENABLING")
    return found.AttributeName === tableShape.timeToLiveAttribute ? "already" : "another";
  const TimeToLiveSpecification = { Enabled: true, AttributeName: tableShape.timeToLiveAttribute };
  const command = new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification });
  await call("dynamodb", "UpdateTimeToLive", () => client.send(command));
  return "now";
}

/** Switches on point-in-time recovery. @returns false if it was on already. */
async function switchOnBackups(TableName: string, client: DynamoDBDocumentClient): Promise<boolean> {
  const asked = new DescribeContinuousBackupsCommand({ TableName });
  const { ContinuousBackupsDescription: found } = await call("dynamodb", "DescribeContinuousBackups", () =>
    client.send(asked),
  );
  if (found?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus === "ENABLED") return false;
  const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true };
  const command = new UpdateContinuousBackupsCommand({ TableName, PointInTimeRecoverySpecification });
  await call("dynamodb", "UpdateContinuousBackups", () => client.send(command));
  return true;
}

/** Switches on the stream of a table that has none. @returns true */
async function switchOnStream(TableName: string, client: DynamoDBDocumentClient): Promise<boolean> {
  const StreamSpecification = { StreamEnabled: true, StreamViewType: "KEYS_ONLY" } as const;
  const command = new UpdateTableCommand({ TableName, StreamSpecification });
  await call("dynamodb", "UpdateTable", () => client.send(command));
  return true;
}

/** Waits until the table is active again. @returns the ARN of its stream. */
async function streamOf(TableName: string, client: DynamoDBDocumentClient): Promise<string> {
  for (const deadline = Date.now() + activeWithinMs; Date.now() < deadline; await sleep(askAgainMs)) {
    const { TableStatus, LatestStreamArn } = await describe(TableName, client);
    if (TableStatus === "ACTIVE" && LatestStreamArn) return LatestStreamArn;
  }
  throw new DependencyFault("dynamodb", "UpdateTable", true, "Timeout");
}
