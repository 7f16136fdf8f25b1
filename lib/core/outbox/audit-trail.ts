import type { AccountEvent } from "./account-event.ts";

/** An event in its account's audit trail, by which it is found. */
export type AuditEntry = Pick<AccountEvent, "eventId" | "event" | "at" | "sessionId">;

export interface AuditTrail {
  /** Puts an event into its account's trail. Bears repetition. */
  note(event: AccountEvent): Promise<void>;
  /** The newest entries of an account's trail, newest first. */
  list(accountId: string, most: number): Promise<AuditEntry[]>;
  /** Removes one entry. Bears repetition. */
  remove(accountId: string, eventId: string): Promise<void>;
}
