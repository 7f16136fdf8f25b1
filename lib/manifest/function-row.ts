import type { OutboxGroup } from "../core/outbox/job.ts";
import type { ContractName } from "../core/shared/contracts.ts";
import type { Need } from "./variables.ts";

/** One Lambda function, with its triggers and its needs. */
export interface FunctionRow {
  /** Name of the function and of its folder under `functions/`. */
  readonly name: string;
  /** The contracts that this function speaks. It is deployed if one of them is on. Without this list, it always is. */
  readonly contracts?: readonly ContractName[];
  /** Route keys in API Gateway's notation, such as `POST /register`. */
  readonly http?: readonly RouteKey[];
  /** The group of outbox jobs that this function runs. The table's stream and a schedule start it. */
  readonly outbox?: OutboxGroup;
  /**
   * When this function runs by itself: once a day, or after a deployment that changed it. The local runner counts each start
   * as a deployment and runs it before the first answer. The function must be idempotent, even for runs at the same time.
   */
  readonly runs?: readonly ("on-deploy" | "daily")[];
  /** A function that hashes passwords gets a full CPU. */
  readonly hashesPasswords?: boolean;
  /** The function's rights and variables. Each need is a policy together with its variables. */
  readonly needs: readonly Need[];
}

export type RouteKey = `${"GET" | "POST" | "PATCH" | "DELETE"} /${string}`;
