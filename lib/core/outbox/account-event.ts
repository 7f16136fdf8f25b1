import type { ContractName } from "../shared/contracts.ts";

/**
 * What can become of an account. Deleted is for good, by its owner or the mailbox's; what an administrator deletes is disabled,
 * since that can be undone.
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

/** Something that happened to an account. Of the person behind it, it holds the account's id and no more. */
export interface AccountEvent {
  /** UUIDv7. The same however often it is told, so that receivers can tell a repeat. */
  readonly eventId: string;
  readonly event: EventName;
  readonly accountId: string;
  /** RFC 3339 in UTC. */
  readonly at: string;
  /** The contract that made the account. */
  readonly contract: ContractName;
  /** The session that a login began, or that the act came from, if there is one. */
  readonly sessionId?: string;
}
