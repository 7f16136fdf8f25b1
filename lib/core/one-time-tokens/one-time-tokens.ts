import type { OneTimeToken } from "./one-time-token.ts";

/** The port to them. */
export interface Tokens {
  /** Stores new one-time tokens, all or none, so that they are found by their hashes and by their accounts. */
  mint(tokens: readonly OneTimeToken[]): Promise<void>;
  find(hash: string): Promise<OneTimeToken | undefined>;
  /** Hashes of the tokens that were minted for an account, spent ones perhaps among them; 25 at the most. */
  list(accountId: string): Promise<string[]>;
  /** Removes a token, so that it is found in neither way. Bears repetition. */
  remove(accountId: string, hash: string): Promise<void>;
}

/** Removes all that was minted for an account. Bears repetition. @throws DependencyFault */
export async function removeTokens(
  tokens: Pick<Tokens, "list" | "remove">,
  accountId: string,
): Promise<void> {
  for (;;) {
    const some = await tokens.list(accountId);
    if (some.length === 0) return;
    await Promise.all(some.map((hash) => tokens.remove(accountId, hash)));
  }
}
