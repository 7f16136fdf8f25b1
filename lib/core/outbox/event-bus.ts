import type { AccountEvent } from "./account-event.ts";

export interface EventBus {
  /** Sends an event to all subscribers. A repeat is one more message with the event's id. */
  publish(event: AccountEvent): Promise<void>;
}
