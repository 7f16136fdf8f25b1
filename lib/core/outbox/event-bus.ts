import type { AccountEvent } from "./account-event.ts";

export interface EventBus {
  /** Tells whoever has subscribed. A repeat is one more message with the same event id. */
  publish(event: AccountEvent): Promise<void>;
}
