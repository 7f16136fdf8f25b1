import type { OutboxGroup } from "../core/outbox/job.ts";
import type { ContractName } from "../core/shared/contracts.ts";
import type { Need } from "./variables.ts";

/** One Lambda function: what starts it and what it needs. */
export interface FunctionRow {
  /** Name of the function and of its folder under `functions/`. */
  readonly name: string;
  /** The contracts that this function speaks: it is there while one of them is on. Without any, it is always there. */
  readonly contracts?: readonly ContractName[];
  /** Route keys in API Gateway's notation, such as `POST /register`. */
  readonly http?: readonly RouteKey[];
  /** The group of outbox jobs that this function works off, woken by the table's stream and by a schedule. */
  readonly outbox?: OutboxGroup;
  /**
   * When this function runs by itself: after a deployment that changed it (locally at every start, before anything is
   * answered), or once a day. It has to bear any number of runs, at the same time as well.
   */
  readonly runs?: readonly ("on-deploy" | "daily")[];
  /** A function that hashes passwords gets a full CPU. */
  readonly hashesPasswords?: boolean;
  /** Everything this function may do and read; each need is a policy and its variables together. */
  readonly needs: readonly Need[];
}

export type RouteKey = `${"GET" | "POST" | "PATCH" | "DELETE"} /${string}`;
