import { createHash } from "node:crypto";
import { AwsError } from "../shared/protocol.ts";
import { canonicalJson } from "./canonical-json.ts";
import type { Operation } from "./database.ts";
import type { Engine } from "./engine.ts";
import { rowsUnder, tokenExpiryRow, tokenRow } from "./rows.ts";

/**
 * How long DynamoDB remembers a ClientRequestToken.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
 */
const rememberedMs = 600_000;

interface RememberedToken {
  fingerprint: string;
  expiresAtMs: number;
}

/** Returns a digest of a request's parameters. It does not depend on the order of members. */
export function fingerprintOf(parameters: unknown): string {
  return createHash("sha256").update(canonicalJson(parameters)).digest("base64url");
}

/**
 * Whether a transaction with this token succeeded in the last ten minutes.
 * @throws IdempotentParameterMismatchException if its parameters differ.
 * @throws TransactionInProgressException if it is still running.
 */
export function wasMade(engine: Engine, token: string, fingerprint: string): boolean {
  if (engine.tokensInProgress.has(token)) {
    throw new AwsError(
      "TransactionInProgressException",
      "The transaction with the given request token is already in progress.",
    );
  }
  const remembered = engine.database.get(tokenRow(token)) as RememberedToken | undefined;
  if (remembered === undefined || remembered.expiresAtMs <= engine.now()) return false;
  if (remembered.fingerprint === fingerprint) return true;
  throw new AwsError(
    "IdempotentParameterMismatchException",
    "The request uses the same client token as a previous, but non-identical request.",
  );
}

/** Returns the rows that remember a token. They belong in the transaction's own batch. */
export function rememberOperations(engine: Engine, token: string, fingerprint: string): Operation[] {
  const expiresAtMs = engine.now() + rememberedMs;
  const value: RememberedToken = { fingerprint, expiresAtMs };
  return [
    { type: "put", key: tokenRow(token), value },
    { type: "put", key: tokenExpiryRow(expiresAtMs, token), value: token },
  ];
}

/** Forgets tokens older than ten minutes. */
export async function forgetOldTokens(engine: Engine): Promise<void> {
  const operations: Operation[] = [];
  const { gte } = rowsUnder("token-expiry");
  for await (const [key, value] of engine.database.entries({ gte, lt: tokenExpiryRow(engine.now(), "") })) {
    const token = String(value);
    operations.push({ type: "del", key });
    // The token may have been reused since, and then lasts longer.
    const remembered = engine.database.get(tokenRow(token)) as RememberedToken | undefined;
    if (remembered && remembered.expiresAtMs <= engine.now())
      operations.push({ type: "del", key: tokenRow(token) });
  }
  if (operations.length > 0) await engine.database.commit(operations);
}
