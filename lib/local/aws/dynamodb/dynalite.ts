import { createRequire } from "node:module";
import { AwsError } from "../shared/protocol.ts";
import type { Range } from "./database.ts";
import type { Item, Json, TableDescription } from "./types.ts";

/*
 * The parts of dynalite that are used: its request validation, its expression parsers, the evaluation of conditions and
 * updates, its key encoding and its queries. Its server, its storage and its locks are not.
 * https://github.com/architect/dynalite/tree/v4.0.0
 */

/** dynalite's node-style callback. */
type Callback<T> = (error: DynaliteError | null, result?: T) => void;

/** An error as dynalite makes it: a body in AWS's form and a status. */
export interface DynaliteError {
  name?: string;
  statusCode?: number;
  body?: { __type: string; message?: string; Message?: string };
}

/** One of dynalite's operations, run against the store it is given. */
export type Action = (store: DynaliteStore, data: Json, callback: Callback<Json>) => void;

/** A collection of rows, as dynalite's operations use it. */
export interface DynaliteRows {
  lock(key: string, locked: (release: (callback: Callback<Json>) => Callback<Json>) => void): void;
  get(key: string, callback: Callback<unknown>): void;
  put(key: string, value: unknown, callback: Callback<void>): void;
  del(key: string, callback: Callback<void>): void;
  createValueStream(range: Range): unknown;
}

/** The callback, with a flag before it where a table is wanted for being described. */
export type GetTableRest =
  | [callback: Callback<TableDescription>]
  | [checkStatus: boolean, callback: Callback<TableDescription>];

/** A store, as dynalite's operations use it. */
export interface DynaliteStore {
  readonly options: { readonly maxItemSize: number; readonly createTableMs: number };
  readonly tableDb: DynaliteRows & { readonly awsAccountId: string; readonly awsRegion: string };
  getTable(name: string, ...rest: GetTableRest): void;
  getItemDb(table: string): DynaliteRows;
  getIndexDb(type: string, table: string, index: string): DynaliteRows;
}

/** The members of `dynalite/db` that are used. */
interface DynaliteDb {
  validateKey(key: Item, table: TableDescription): DynaliteError | null | undefined;
  validateItem(item: Item, table: TableDescription): DynaliteError | null | undefined;
  createKey(item: Item, table: TableDescription): string;
  checkConditional(data: Json, item: Item | undefined): DynaliteError | null | undefined;
  itemSize(item: Item): number;
}

/** dynalite's description of an operation's members. */
export type Types = Record<string, unknown>;

/** dynalite's rules for one operation. */
export interface Rules {
  readonly types: Types;
  readonly custom?: (data: Json, store: Pick<DynaliteStore, "options">) => string | undefined;
}

interface Validations {
  checkTypes(data: Json, types: Types): Json;
  checkValidations(
    data: Json,
    types: Types,
    custom: Rules["custom"],
    store: Pick<DynaliteStore, "options">,
  ): void;
}

/** dynalite's parts, loaded. */
export interface Dynalite {
  readonly db: DynaliteDb;
  action(name: string): Action;
  rules(name: string): Rules;
  /** The request checked and normalised; throws AWS's ValidationException or SerializationException. */
  validate(rules: Rules, input: Json): Json;
  /**
   * Checks the rules about several members of a request, expressions included, and adds the parsed expressions to it.
   * The members' types must have been checked. Throws ValidationException.
   */
  checkMembers(name: string, data: Json): void;
}

/** 400 KB, and no pretence that making a table takes time. */
export const dynaliteOptions = { maxItemSize: 409_600, createTableMs: 0 } as const;

/** Loads dynalite's parts (about 40 ms, therefore not on import). */
export function loadDynalite(): Dynalite {
  const require = createRequire(import.meta.url);
  const validations: Validations = require("dynalite/validations/index.js");
  const store = { options: dynaliteOptions };
  const rules = (name: string): Rules => require(`dynalite/validations/${name}.js`);
  return {
    db: require("dynalite/db/index.js"),
    action: (name) => require(`dynalite/actions/${name}.js`),
    rules,
    validate({ types, custom }, input) {
      rejectUnknownMembers(types, input);
      return answeredByAws(() => {
        const data = validations.checkTypes({ ...input }, types);
        validations.checkValidations(data, types, custom, store);
        return data;
      });
    },
    checkMembers(name, data) {
      answeredByAws(() => validations.checkValidations(data, {}, rules(name).custom, store));
    },
  };
}

/** Refuses members that dynalite would drop: an answer that ignored half of a request would be an invented success. */
function rejectUnknownMembers(types: Types, input: Json): void {
  const unknown = Object.keys(input).find((name) => !Object.hasOwn(types, name) && input[name] != null);
  if (unknown !== undefined) {
    throw new AwsError("ValidationException", `${unknown} is not supported by the embedded DynamoDB`);
  }
}

function answeredByAws<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw toAwsError(error as DynaliteError);
  }
}

/** AWS's error for one of dynalite's. A fault passes unchanged. */
export function toAwsError(error: DynaliteError): unknown {
  if (error.body === undefined) return error;
  const code = error.body.__type.split("#").pop() ?? "InternalServerError";
  return new AwsError(code, error.body.message ?? error.body.Message ?? "", error.statusCode ?? 400);
}

/** Runs an operation that only reads. */
export function runAction(action: Action, store: DynaliteStore, data: Json): Promise<Json> {
  return new Promise((resolve, reject) => {
    action(store, data, (error, result) => (error ? reject(toAwsError(error)) : resolve(result ?? {})));
  });
}

/** Runs an operation whose store answers at once, within this turn: nothing can come between its reads and its writes. */
export function runActionNow(action: Action, store: DynaliteStore, data: Json): Json {
  let outcome: { error: DynaliteError | null; result: Json | undefined } | undefined;
  action(store, data, (error, result) => {
    outcome = { error, result };
  });
  if (outcome === undefined) throw new Error("dynalite answered later than in the same turn");
  if (outcome.error) throw toAwsError(outcome.error);
  return outcome.result ?? {};
}
