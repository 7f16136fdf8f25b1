import { randomUUID } from "node:crypto";
import { AwsError, accountId, type JsonService, region, unknownOperation } from "../shared/protocol.ts";
import type { BusEvent, EventStore } from "./event-log.ts";

const entriesMax = 10; // EventBridge API reference, PutEvents
const requestMaxBytes = 1024 * 1024; // EventBridge quotas, size of all entries of a request

type Entry = Record<string, unknown>;
type Refusal = { ErrorCode: string; ErrorMessage: string };

export const eventBridgeOperations = ["PutEvents"];

/**
 * Opens EventBridge, limited to publishing. Events go only into the log. A bus need not exist: AWS accepts events for
 * any bus and drops them. The response is 200 even with refused entries, and names each entry's error.
 * @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
 * @see https://github.com/aws/aws-sdk/issues/186
 */
export function openEventBridge(log: EventStore, now: () => number = Date.now): JsonService {
  return {
    async call(operation, input, callerRegion = region) {
      if (!eventBridgeOperations.includes(operation)) throw unknownOperation(operation);
      const put = entriesOf(input).map((entry) => {
        const refusal = refusalOf(entry);
        if (refusal) return refusal;
        const event = eventOf(entry, callerRegion, now());
        log.add(event);
        return { EventId: event.id };
      });
      return { FailedEntryCount: put.filter((one) => "ErrorCode" in one).length, Entries: put };
    },
  };
}

function entriesOf({ Entries, EndpointId }: Entry): Entry[] {
  if (EndpointId !== undefined && EndpointId !== null)
    throw new AwsError("UnsupportedOperationException", "The embedded EventBridge has no global endpoints.");
  if (Entries === undefined || Entries === null) throw invalid("null", "not be null");
  if (!Array.isArray(Entries) || !Entries.every(isEntry))
    throw new AwsError("SerializationException", "Entries is not a list of entries.");
  const shown = `[${Entries.map(() => "PutEventsRequestEntry").join(", ")}]`;
  if (Entries.length === 0) throw invalid(shown, "have length greater than or equal to 1");
  if (Entries.length > entriesMax) throw invalid(shown, `have length less than or equal to ${entriesMax}`);
  if (Entries.reduce((sum, entry) => sum + sizeOf(entry), 0) > requestMaxBytes)
    throw new AwsError("ValidationException", "Total size of the entries in the request is over the limit.");
  return Entries;
}

const texts = ["Source", "DetailType", "Detail", "EventBusName", "TraceHeader"] as const;

/** Whether the members have their protocol's types. A missing member passes. */
function isEntry(entry: unknown): entry is Entry {
  if (typeof entry !== "object" || entry === null) return false;
  const { Time, Resources, ...rest } = entry as Entry;
  const areTexts = texts.every((name) => typeof (rest[name] ?? "") === "string");
  const isTime = typeof (Time ?? 0) === "number";
  return areTexts && isTime && Array.isArray(Resources ?? []);
}

/** Returns an entry's size, by the user guide's "Calculating PutEvents event entry size". */
function sizeOf({ Time, Source, DetailType, Detail, Resources }: Entry): number {
  const counted = [Source, DetailType, Detail, ...((Resources as unknown[] | undefined) ?? [])];
  const bytes = counted.map((text) => Buffer.byteLength(String(text ?? "")));
  return bytes.reduce((sum, one) => sum + one, Time === undefined ? 0 : 14);
}

/** Returns an entry's first error, in the order of AWS's checks. */
function refusalOf(entry: Entry): Refusal | undefined {
  for (const name of ["Source", "DetailType", "Detail"]) {
    if (entry[name]) continue;
    const ErrorMessage = `Parameter ${name} is not valid. Reason: ${name} is a required argument.`;
    return { ErrorCode: "InvalidArgument", ErrorMessage };
  }
  if (String(entry.Source).startsWith("aws."))
    return { ErrorCode: "NotAuthorizedForSourceException", ErrorMessage: "Not authorized for the source." };
  if (!isJsonObject(String(entry.Detail)))
    return { ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed." };
  return undefined;
}

function isJsonObject(text: string): boolean {
  try {
    const value = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

function eventOf(entry: Entry, callerRegion: string, nowMs: number): BusEvent {
  const time = typeof entry.Time === "number" ? entry.Time * 1000 : nowMs;
  return {
    eventBus: String(entry.EventBusName ?? "default"),
    version: "0",
    id: randomUUID(),
    "detail-type": String(entry.DetailType),
    source: String(entry.Source),
    account: accountId,
    time: new Date(time).toISOString().replace(/\.\d+/, ""),
    region: callerRegion,
    resources: ((entry.Resources as unknown[] | undefined) ?? []).map(String),
    detail: JSON.parse(String(entry.Detail)),
  };
}

function invalid(value: string, must: string): AwsError {
  const message = `Value ${value === "null" ? value : `'${value}'`} at 'entries' failed to satisfy constraint: Member must ${must}`;
  return new AwsError("ValidationException", `1 validation error detected: ${message}`);
}
