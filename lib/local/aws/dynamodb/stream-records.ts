import { region } from "../shared/protocol.ts";
import { canonicalJson } from "./canonical-json.ts";
import type { Operation } from "./database.ts";
import { type Engine, keyOf } from "./engine.ts";
import { streamRow } from "./rows.ts";
import type { Author, Item, ItemChange, Json, StreamViewType } from "./types.ts";

/** GetRecords' record of one change. */
export interface StreamRecord extends Json {
  eventName: "INSERT" | "MODIFY" | "REMOVE";
  dynamodb: { ApproximateCreationDateTime: number; SequenceNumber: string } & Json;
}

/** Formats a sequence number. AWS's have 21 to 40 digits. Equal length makes them sort as text. */
export function sequenceNumber(value: bigint): string {
  return `1${value.toString().padStart(20, "0")}`;
}

/** Returns a sequence number's counter. */
export function sequenceValue(number: string): bigint {
  return BigInt(number) - 10n ** 20n;
}

/** Whether a write left its item unchanged. DynamoDB then makes no stream record. */
export function sameItem(oldItem: Item | undefined, newItem: Item | undefined): boolean {
  if (oldItem === undefined || newItem === undefined) return oldItem === newItem;
  // Not isDeepStrictEqual: dynalite makes objects without a prototype.
  return canonicalJson(oldItem) === canonicalJson(newItem);
}

/** Makes the row of a change's record. */
export function streamOperation(
  engine: Engine,
  change: ItemChange,
  sequence: bigint,
  author: Author,
): Operation {
  const { description } = change.table;
  const number = sequenceNumber(sequence);
  const value = streamRecord(engine, change, number, author);
  return {
    type: "put",
    key: streamRow(description.TableName, description.LatestStreamLabel ?? "", number),
    value,
  };
}

function streamRecord(engine: Engine, change: ItemChange, number: string, author: Author): StreamRecord {
  const viewType = change.table.description.StreamSpecification?.StreamViewType ?? "KEYS_ONLY";
  const shown = {
    Keys: keyOf(change.table, change.newItem ?? change.oldItem ?? {}),
    ...images(change, viewType),
  };
  const sizeBytes = Object.values(shown).reduce((sum, item) => sum + engine.dynalite.db.itemSize(item), 0);
  return {
    // As on AWS, 32 hexadecimal digits. Derived from the number, so that reading twice gives one id.
    eventID: sequenceValue(number).toString(16).padStart(32, "0"),
    eventName: change.oldItem === undefined ? "INSERT" : change.newItem === undefined ? "REMOVE" : "MODIFY",
    eventVersion: "1.1",
    eventSource: "aws:dynamodb",
    awsRegion: region,
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(engine.now() / 1000),
      ...shown,
      SequenceNumber: number,
      SizeBytes: sizeBytes,
      StreamViewType: viewType,
    },
    // GetRecords capitalizes these members. Lambda's event has them in lower case.
    ...(author === "time-to-live" && {
      userIdentity: { PrincipalId: "dynamodb.amazonaws.com", Type: "Service" },
    }),
  };
}

function images({ oldItem, newItem }: ItemChange, viewType: StreamViewType): Record<string, Item> {
  const wantsNew = viewType === "NEW_IMAGE" || viewType === "NEW_AND_OLD_IMAGES";
  const wantsOld = viewType === "OLD_IMAGE" || viewType === "NEW_AND_OLD_IMAGES";
  return {
    ...(wantsNew && newItem && { NewImage: newItem }),
    ...(wantsOld && oldItem && { OldImage: oldItem }),
  };
}
