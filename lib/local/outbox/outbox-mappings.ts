import { join } from "node:path";
import type { OutboxGroup } from "../../core/outbox/job.ts";
import type { FunctionRow } from "../../manifest/function-row.ts";
import { outboxScheduleMinutes } from "../../manifest/platform.ts";
import { jobType, keyPrefixes } from "../../manifest/table-shape.ts";
import type { EmbeddedDynamoDb } from "../aws/dynamodb/dynamodb.ts";
import type { Environments } from "../environments/environments.ts";
import { startSchedules } from "./schedules.ts";
import { openStreamPosition } from "./stream-position.ts";
import { type Pump, startPump } from "./stream-pump.ts";

export interface OutboxParts {
  readonly rows: readonly FunctionRow[];
  readonly environments: Environments;
  readonly dynamoDb: EmbeddedDynamoDb;
  readonly streamArn: string;
  /** The folder for each function's position in the stream. null keeps the positions in memory. */
  readonly directory: string | null;
  readonly print: (line: string) => void;
}

/** Event sources of the functions that run outbox jobs. */
export interface OutboxMappings {
  /** Ends them after the running jobs. */
  stop(): Promise<void>;
}

/** The first run finds jobs that a killed process left. The delay serves a user's immediate sign-up first. */
const firstTurnMs = 2_000;

/** Invokes the functions that run outbox jobs: through the table's stream for new jobs, and on a schedule. */
export function openOutboxMappings(parts: OutboxParts): OutboxMappings {
  const { rows, environments, dynamoDb } = parts;
  const workers = rows.flatMap(({ name, outbox }) => (outbox ? [{ name, group: outbox }] : []));
  const pumps = workers.map((worker) => pumpOf(worker, parts));
  const endListening = dynamoDb.onStreamRecords(() => {
    for (const pump of pumps) pump.wake();
  });
  const names = workers.map(({ name }) => name);
  const { invoke } = environments;
  const schedules = startSchedules(names, outboxScheduleMinutes, invoke, firstTurnMs);
  return {
    stop: async () => {
      schedules.stop();
      endListening();
      await Promise.all(pumps.map((pump) => pump.stop()));
    },
  };
}

function pumpOf(
  { name, group }: { readonly name: string; readonly group: OutboxGroup },
  { dynamoDb, streamArn, directory, environments, print }: OutboxParts,
): Pump {
  return startPump({
    streams: dynamoDb.streams,
    streamArn,
    keyPrefix: keyPrefixes[jobType(group)],
    position: openStreamPosition(directory && join(directory, `stream-position.${name}.json`), streamArn),
    invoke: (event) => environments.invoke(name, event),
    onTrouble: (error) => print(`  The table's stream cannot be read: ${error}`),
  });
}
