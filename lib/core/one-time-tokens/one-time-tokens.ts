import type { OneTimeToken } from "./one-time-token.ts";

/** The port to one-time tokens. */
export interface Tokens {
  /** Stores new one-time tokens, all or none, so that their hashes and their accounts find them. */
  mint(tokens: readonly OneTimeToken[]): Promise<void>;
  find(hash: string): Promise<OneTimeToken | undefined>;
  /** Lists at most 25 hashes of tokens that were minted for an account. Spent ones may be among them. */
  list(accountId: string): Promise<string[]>;
  /** Removes a token, so that neither its hash nor its account finds it. Idempotent. */
  remove(accountId: string, hash: string): Promise<void>;
}

/**
 * Removes all tokens that were minted for an account. Idempotent.
 * @throws DependencyFault when a service fails.
 */
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
