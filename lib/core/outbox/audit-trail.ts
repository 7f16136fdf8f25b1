import type { AccountEvent } from "./account-event.ts";

/** An event in its account's audit trail. */
export type AuditEntry = Pick<AccountEvent, "eventId" | "event" | "at" | "sessionId">;

export interface AuditTrail {
  /** Puts an event into its account's trail. Idempotent. */
  note(event: AccountEvent): Promise<void>;
  /** Lists the newest entries of an account's trail, newest first. */
  list(accountId: string, most: number): Promise<AuditEntry[]>;
  /** Removes one entry. Idempotent. */
  remove(accountId: string, eventId: string): Promise<void>;
}
