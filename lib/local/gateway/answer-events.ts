import type { EventLog } from "../aws/eventbridge/event-log.ts";
import type { Answer } from "./answer.ts";
import { localAnswer } from "./local-answer.ts";

/** The path of published events. No contract can use it. */
const eventsPath = "/_local/events.json";

/** Returns published events, newest last, or clears them. Returns undefined for any other path. */
export function answerEvents(events: EventLog, method: string, path: string): Answer | undefined {
  if (path !== eventsPath) return undefined;
  if (method === "GET") return localAnswer(200, "application/json", JSON.stringify(events.list()));
  if (method !== "DELETE") return undefined;
  events.clear();
  return localAnswer(204, "text/plain", "");
}
