import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import type { AccountEvent } from "../core/outbox/account-event.ts";
import type { EventBus } from "../core/outbox/event-bus.ts";
import { DependencyFault } from "../core/shared/refusals.ts";
import { call, clientSettings } from "./calls.ts";

/**
 * Publishes events through EventBridge.
 * @param bus Name of an event bus of this AWS account. If it is empty, nothing is published.
 * @param source The source that receivers' rules match. The function's policy allows no other.
 */
export function eventBridgeBus(bus: string, source: string): EventBus {
  if (bus === "") return { publish: async () => {} };
  const client = new EventBridgeClient(clientSettings);
  return {
    async publish(event) {
      const command = new PutEventsCommand({ Entries: [entryOf(bus, source, event)] });
      const answer = await call("eventbridge", "PutEvents", () => client.send(command));
      // EventBridge answers 200 even if it rejected the entry.
      if (!answer.FailedEntryCount) return;
      const code = answer.Entries?.[0]?.ErrorCode ?? "Error";
      throw new DependencyFault("eventbridge", "PutEvents", passing.includes(code), code);
    },
  };
}

/** Error codes of entries that are worth a retry. */
const passing = ["InternalFailure", "InternalException", "ThrottlingException"];

// Fields are picked by name: a session's id, or a field that jobs get later, must not reach receivers.
const entryOf = (
  bus: string,
  source: string,
  { eventId: id, event, accountId, at, contract }: AccountEvent,
) => ({
  EventBusName: bus,
  Source: source,
  DetailType: event,
  Time: new Date(at),
  Detail: JSON.stringify({ id, accountId, at, contract }),
});
