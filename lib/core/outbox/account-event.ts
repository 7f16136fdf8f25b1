import type { ContractName } from "../shared/contracts.ts";

/**
 * The events of an account. `account.deleted` is final, by the account's or the mailbox's owner. An administrator's
 * deletion is `account.disabled`, since it can be undone.
 */
export type EventName =
  | "account.registered"
  | "account.verified"
  | "account.logged-in"
  | "account.password-changed"
  | "account.email-changed"
  | "account.disabled"
  | "account.enabled"
  | "account.deleted";

/** An event of an account. About the person behind it, it contains only the account's id. */
export interface AccountEvent {
  /** UUIDv7. It is the same for every publication, so that receivers can recognise a repeat. */
  readonly eventId: string;
  readonly event: EventName;
  readonly accountId: string;
  /** RFC 3339 in UTC. */
  readonly at: string;
  /** The contract that made the account. */
  readonly contract: ContractName;
  /** The session that a login began, or that caused the event, if there is one. */
  readonly sessionId?: string;
}
