import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import type { AccountEvent } from "../core/outbox/account-event.ts";
import type { EventBus } from "../core/outbox/event-bus.ts";
import { DependencyFault } from "../core/shared/refusals.ts";
import { call, clientSettings } from "./calls.ts";

/**
 * Publishes events through EventBridge.
 * @param bus The name of an event bus of this account; empty publishes nothing.
 * @param source What receivers' rules ask for. The function may publish as this and nothing else.
 */
export function eventBridgeBus(bus: string, source: string): EventBus {
  if (bus === "") return { publish: async () => {} };
  const client = new EventBridgeClient(clientSettings);
  return {
    async publish(event) {
      const command = new PutEventsCommand({ Entries: [entryOf(bus, source, event)] });
      const answer = await call("eventbridge", "PutEvents", () => client.send(command));
      // It answers 200 even where it took nothing.
      if (!answer.FailedEntryCount) return;
      const code = answer.Entries?.[0]?.ErrorCode ?? "Error";
      throw new DependencyFault("eventbridge", "PutEvents", passing.includes(code), code);
    },
  };
}

/** Error codes of entries that another try may help. */
const passing = ["InternalFailure", "InternalException", "ThrottlingException"];

// By name: a session's id, and whatever a job comes to hold one day, is nobody else's business.
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
