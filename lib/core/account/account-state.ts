import type { Account } from "./account.ts";

/** What an administrator can make of an account. Deleted is a flag here: only an owner's deletion is for good. */
export type AccountState = "active" | "disabled" | "deleted";

/** The state that an account is in. */
export function stateOf({ isActive, removedAt }: Account): AccountState {
  if (removedAt) return "deleted";
  return isActive ? "active" : "disabled";
}
