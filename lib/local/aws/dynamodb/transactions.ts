import { setTimeout as delay, setImmediate as nextTurn } from "node:timers/promises";
import { AwsError } from "../shared/protocol.ts";
import { type CollectingStore, createCollectingStore } from "./collecting-store.ts";
import { commit } from "./commit.ts";
import { toAwsError } from "./dynalite.ts";
import type { Engine } from "./engine.ts";
import { evaluateWrite, rowOfRequest, withOldItem } from "./item-operations.ts";
import { fingerprintOf, rememberOperations, wasMade } from "./request-tokens.ts";
import {
  checkTransactWrite,
  type TransactionPart,
  type TransactWriteRequest,
} from "./transaction-request.ts";
import type { Item, Json } from "./types.ts";

/** Why a part cancels its transaction. Code `None` means that it does not. */
interface CancellationReason {
  Code: string;
  Message?: string;
  Item?: Item;
}

/**
 * Performs TransactWriteItems: all parts or none, also after a crash. The transaction holds its items until it is
 * decided and written. As on AWS, another transaction that needs them is cancelled at once with TransactionConflict.
 * @throws TransactionCanceledException with its reasons.
 * @throws ValidationException, ResourceNotFoundException, IdempotentParameterMismatchException or
 * TransactionInProgressException.
 */
export async function transactWriteItems(engine: Engine, input: Json): Promise<Json> {
  const request = checkTransactWrite(engine, input);
  const { token } = request;
  if (token === undefined) return makeTransaction(engine, request, "");
  const fingerprint = fingerprintOf(input);
  if (wasMade(engine, token, fingerprint)) return {};
  engine.tokensInProgress.add(token);
  try {
    return await makeTransaction(engine, request, fingerprint);
  } finally {
    engine.tokensInProgress.delete(token);
  }
}

async function makeTransaction(
  engine: Engine,
  request: TransactWriteRequest,
  fingerprint: string,
): Promise<Json> {
  const rows = rowsOfParts(engine, request.parts);
  const hold = engine.locks.holdForTransaction(rows);
  if ("conflicts" in hold) throw conflict(rows, hold.conflicts);
  try {
    // A transaction that already fails is refused at once, as on AWS, so that it delays no other.
    if (hold.isReady) decide(engine, createCollectingStore(engine), request.parts, rows);
    await hold.ready;
    await (engine.transactionWindowMs > 0 ? delay(engine.transactionWindowMs) : nextTurn());
    const collecting = createCollectingStore(engine);
    decide(engine, collecting, request.parts, rows);
    const { token } = request;
    const remember = token === undefined ? [] : rememberOperations(engine, token, fingerprint);
    await commit(engine, collecting.writes, remember);
    return {};
  } finally {
    hold.release();
  }
}

function rowsOfParts(engine: Engine, parts: TransactionPart[]): string[] {
  const rows: string[] = [];
  const reasons = parts.map((part) =>
    reasonOf(() => {
      rows.push(rowOfRequest(engine, part.data));
    }),
  );
  throwIfCancelled(reasons);
  if (new Set(rows).size < rows.length) {
    throw new AwsError(
      "ValidationException",
      "Transaction request cannot include multiple operations on one item",
    );
  }
  return rows;
}

function decide(engine: Engine, collecting: CollectingStore, parts: TransactionPart[], rows: string[]): void {
  const reasons = parts.map((part, position) =>
    reasonOf(() => {
      const row = rows[position] ?? "";
      if (part.kind === "ConditionCheck") checkCondition(engine, part, row);
      else evaluateWrite(engine, collecting, part.action, part.data, row);
    }),
  );
  throwIfCancelled(reasons);
}

function checkCondition(engine: Engine, part: TransactionPart, row: string): void {
  const item = engine.database.get(row) as Item | undefined;
  const failed = engine.dynalite.db.checkConditional(part.data, item);
  if (failed) throw withOldItem(toAwsError(failed), part.data, item);
}

function reasonOf(evaluate: () => void): CancellationReason {
  try {
    evaluate();
    return { Code: "None" };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    if (error.code === "ConditionalCheckFailedException") {
      return { Code: "ConditionalCheckFailed", Message: error.message, ...error.fields };
    }
    if (error.code === "ValidationException") return { Code: "ValidationError", Message: error.message };
    throw error;
  }
}

function throwIfCancelled(reasons: CancellationReason[]): void {
  if (reasons.some((reason) => reason.Code !== "None")) throw cancelled(reasons);
}

function conflict(rows: string[], conflicts: number[]): AwsError {
  return cancelled(
    rows.map((_row, position) =>
      conflicts.includes(position)
        ? { Code: "TransactionConflict", Message: "Transaction is ongoing for the item" }
        : { Code: "None" },
    ),
  );
}

function cancelled(reasons: CancellationReason[]): AwsError {
  const codes = reasons.map((reason) => reason.Code).join(", ");
  const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`;
  return new AwsError("TransactionCanceledException", message, 400, { CancellationReasons: reasons });
}
