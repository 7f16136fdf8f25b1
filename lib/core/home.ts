import type { Effects } from "./outbox.ts";
import type { Accounts, Homes } from "./ports.ts";

/** The effects of the `effects` group: homes made and removed. */
export function homeEffects(accounts: Pick<Accounts, "find">, homes: Homes): Effects<"effects"> {
  return {
    "make-home": async ({ accountId }) => {
      if (!(await accounts.find(accountId))) return;
      await homes.make(accountId);
      // The account may have been deleted, and its home removed, between the look and the making.
      if (!(await accounts.find(accountId))) await homes.remove(accountId);
    },
    "remove-home": ({ accountId }) => homes.remove(accountId),
  };
}
