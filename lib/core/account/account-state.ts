import type { Account } from "./account.ts";

/**
 * The states that an administrator can give an account. `deleted` is a flag here, and only an owner's deletion is
 * final.
 */
export type AccountState = "active" | "disabled" | "deleted";

/** Returns the state of an account. */
export function stateOf({ isActive, removedAt }: Account): AccountState {
  if (removedAt) return "deleted";
  return isActive ? "active" : "disabled";
}
