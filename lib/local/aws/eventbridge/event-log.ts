import { join } from "node:path";
import { type NewestLines, openNewestLines } from "../shared/newest-lines.ts";

/** The log keeps this many of the newest events. */
export const eventLogMaxEvents = 500;

/** An event as EventBridge delivers it to a rule's targets, with its bus. */
export interface BusEvent {
  eventBus: string;
  version: "0";
  /** EventBridge's own id, new for each put. */
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

/** The log as EventBridge uses it. `add` returns when the event would survive `kill -9`. */
export type EventStore = NewestLines<BusEvent>;

/** Published events, newest last. */
export type EventLog = Pick<EventStore, "list" | "clear">;

/** Opens the log: `events.jsonl` in a data directory, or memory for null. */
export function openEventLog(directory: string | null): EventStore {
  return openNewestLines(directory === null ? undefined : join(directory, "events.jsonl"), eventLogMaxEvents);
}
