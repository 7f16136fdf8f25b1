import { join } from "node:path";
import { type NewestLines, openNewestLines } from "../shared/newest-lines.ts";

/** This many of the newest events are kept. */
export const eventLogMaxEvents = 500;

/** One event as EventBridge hands it to the targets of a rule, and the bus that it came to. */
export interface BusEvent {
  eventBus: string;
  version: "0";
  /** EventBridge's own, another for each time that an event is put. */
  id: string;
  "detail-type": string;
  source: string;
  account: string;
  /** RFC 3339 in UTC, to the second. */
  time: string;
  region: string;
  resources: string[];
  detail: unknown;
}

/** The events as EventBridge sees them: `add` returns when the event would survive `kill -9`. */
export type EventStore = NewestLines<BusEvent>;

/** The events that were put, newest last. */
export type EventLog = Pick<EventStore, "list" | "clear">;

/** Opens the log of a data directory, in `events.jsonl`, or of memory for null. */
export function openEventLog(directory: string | null): EventStore {
  return openNewestLines(directory === null ? undefined : join(directory, "events.jsonl"), eventLogMaxEvents);
}
