import { createRequire } from "node:module";
import { AwsError } from "../shared/protocol.ts";
import type { Range } from "./database.ts";
import { type ParseCondition, rememberConditions } from "./parsed-conditions.ts";
import type { Item, Json, TableDescription } from "./types.ts";

/*
 * The used parts of dynalite: request validation, expression parsers, evaluation of conditions and updates, key
 * encoding and queries. Its server, storage and locks are not used.
 * https://github.com/architect/dynalite/tree/v4.0.0
 */

type Callback<T> = (error: DynaliteError | null, result?: T) => void;

/** An error of dynalite: a body in AWS's form and a status. */
export interface DynaliteError {
  name?: string;
  statusCode?: number;
  body?: { __type: string; message?: string; Message?: string };
}

/** An operation of dynalite, run against a store. */
export type Action = (store: DynaliteStore, data: Json, callback: Callback<Json>) => void;

/** A collection of rows for dynalite's operations. */
export interface DynaliteRows {
  lock(key: string, locked: (release: (callback: Callback<Json>) => Callback<Json>) => void): void;
  get(key: string, callback: Callback<unknown>): void;
  put(key: string, value: unknown, callback: Callback<void>): void;
  del(key: string, callback: Callback<void>): void;
  createValueStream(range: Range): unknown;
}

/** The callback, after a flag if the table is to be described. */
export type GetTableRest =
  | [callback: Callback<TableDescription>]
  | [checkStatus: boolean, callback: Callback<TableDescription>];

/** A store for dynalite's operations. */
export interface DynaliteStore {
  readonly options: { readonly maxItemSize: number; readonly createTableMs: number };
  readonly tableDb: DynaliteRows & { readonly awsAccountId: string; readonly awsRegion: string };
  getTable(name: string, ...rest: GetTableRest): void;
  getItemDb(table: string): DynaliteRows;
  getIndexDb(type: string, table: string, index: string): DynaliteRows;
}

/** The used members of `dynalite/db`. */
interface DynaliteDb {
  validateKey(key: Item, table: TableDescription): DynaliteError | null | undefined;
  validateItem(item: Item, table: TableDescription): DynaliteError | null | undefined;
  createKey(item: Item, table: TableDescription): string;
  checkConditional(data: Json, item: Item | undefined): DynaliteError | null | undefined;
  itemSize(item: Item): number;
}

/** dynalite's description of an operation's members. */
export type Types = Record<string, unknown>;

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

export interface Dynalite {
  readonly db: DynaliteDb;
  action(name: string): Action;
  rules(name: string): Rules;
  /**
   * Checks and normalises a request.
   * @throws AWS's ValidationException or SerializationException.
   */
  validate(rules: Rules, input: Json): Json;
  /**
   * Checks rules that concern several members of a request, including expressions, and adds the parsed expressions to
   * it. The members' types must already be checked.
   * @throws ValidationException
   */
  checkMembers(name: string, data: Json): void;
}

/** AWS's maximum item size of 400 KB, and no delay for a new table. */
export const dynaliteOptions = { maxItemSize: 409_600, createTableMs: 0 } as const;

let loaded: Dynalite | undefined;

/** Returns dynalite's parts. Loading them takes about 40 ms, so it does not happen on import. */
export function loadDynalite(): Dynalite {
  loaded ??= load();
  return loaded;
}

function load(): Dynalite {
  const require = createRequire(import.meta.url);
  const validations: Validations = require("dynalite/validations/index.js");
  const conditions: { parse: ParseCondition } = require("dynalite/db/conditionParser.js");
  // dynalite looks up its parser at each call.
  conditions.parse = rememberConditions(conditions.parse);
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

/** Refuses members that dynalite would drop. Ignoring a part of a request would pretend success. */
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

/** Converts an error of dynalite into AWS's. A bug's error is returned unchanged. */
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

/** Runs an operation on a store that answers in the same turn. So nothing can happen between its reads and writes. */
export function runActionNow(action: Action, store: DynaliteStore, data: Json): Json {
  let outcome: { error: DynaliteError | null; result: Json | undefined } | undefined;
  action(store, data, (error, result) => {
    outcome = { error, result };
  });
  if (outcome === undefined) throw new Error("dynalite answered later than in the same turn");
  if (outcome.error) throw toAwsError(outcome.error);
  return outcome.result ?? {};
}
