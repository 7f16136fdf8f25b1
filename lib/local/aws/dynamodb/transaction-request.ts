import { AwsError } from "../shared/protocol.ts";
import type { Types } from "./dynalite.ts";
import type { Engine } from "./engine.ts";
import { oldItemOnFailure, type WriteAction } from "./item-operations.ts";
import type { Json } from "./types.ts";

/** A checked part of a TransactWriteItems request. */
export interface TransactionPart {
  readonly kind: "Put" | "Update" | "Delete" | "ConditionCheck";
  /** The operation whose rules apply. A ConditionCheck uses Delete's rules, but deletes nothing. */
  readonly action: WriteAction;
  readonly data: Json;
}

/** A TransactWriteItems request, with all checks that need no table. */
export interface TransactWriteRequest {
  readonly parts: TransactionPart[];
  readonly token: string | undefined;
}

const actions: Record<TransactionPart["kind"], WriteAction> = {
  Put: "putItem",
  Update: "updateItem",
  Delete: "deleteItem",
  ConditionCheck: "deleteItem",
};

/**
 * DynamoDB's limit.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
 */
const partsMax = 100;

const conditionMembers = [
  "TableName",
  "ConditionExpression",
  "ExpressionAttributeNames",
  "ExpressionAttributeValues",
];
const requiredText = { type: "String", notNull: true };

/**
 * Checks a TransactWriteItems request.
 * @throws ValidationException
 */
export function checkTransactWrite(engine: Engine, input: Json): TransactWriteRequest {
  const { dynalite } = engine;
  const types = {
    TransactItems: {
      type: "List",
      notNull: true,
      lengthGreaterThanOrEqual: 1,
      lengthLessThanOrEqual: partsMax,
      children: struct("TransactWriteItem", partTypes(engine), "ValueStruct"),
    },
    ClientRequestToken: { type: "String", lengthGreaterThanOrEqual: 1, lengthLessThanOrEqual: 36 },
    // Only NONE: dynalite does not count writes to indexes, and a wrong figure is worse than none.
    ReturnConsumedCapacity: { type: "String", enum: ["NONE"] },
  };
  const data = dynalite.validate({ types }, input);
  return {
    parts: (data.TransactItems as Record<string, Json>[]).map((entry) => checkPart(engine, entry)),
    token: data.ClientRequestToken as string | undefined,
  };
}

function checkPart(engine: Engine, entry: Record<string, Json>): TransactionPart {
  const [kind, ...more] = Object.keys(entry ?? {}) as TransactionPart["kind"][];
  if (kind === undefined || more.length > 0) {
    throw new AwsError(
      "ValidationException",
      "TransactItems can only contain one of Check, Put, Update or Delete",
    );
  }
  const action = actions[kind];
  const data = entry[kind] ?? {};
  engine.dynalite.checkMembers(action, data);
  return { kind, action, data };
}

function partTypes(engine: Engine): Types {
  const { types: put } = engine.dynalite.rules("putItem");
  const { types: update } = engine.dynalite.rules("updateItem");
  const { types: remove } = engine.dynalite.rules("deleteItem");
  return {
    Put: struct("Put", { ...pick(put, [...conditionMembers, "Item"]), ...oldItemOnFailure }),
    Update: struct("Update", {
      ...pick(update, [...conditionMembers, "Key"]),
      ...oldItemOnFailure,
      UpdateExpression: requiredText,
    }),
    Delete: struct("Delete", { ...pick(remove, [...conditionMembers, "Key"]), ...oldItemOnFailure }),
    ConditionCheck: struct("ConditionCheck", {
      ...pick(remove, [...conditionMembers, "Key"]),
      ...oldItemOnFailure,
      ConditionExpression: requiredText,
    }),
  };
}

function struct(name: string, children: Types, kind = "FieldStruct"): Types {
  return { type: `${kind}<${name}>`, children };
}

function pick(types: Types, names: string[]): Types {
  return Object.fromEntries(names.map((name) => [name, types[name]]));
}
