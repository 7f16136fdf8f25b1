import { setTimeout as sleep } from "node:timers/promises";
import { type ServiceName, services } from "./shared/calls.ts";
import { AwsError } from "./shared/protocol.ts";

/**
 * An order to fail. Without `operation` it covers the whole service. Without `times` it lasts until it is cleared.
 * Without `error` it only delays.
 * `disconnect` closes the connection before the effect. `disconnect-after-effect` closes it after the effect, so the
 * response is lost as in a network failure. Any other `error` is returned by that name, with `status` or 500.
 */
export interface FaultOrder {
  service: ServiceName;
  operation?: string;
  error?: string;
  message?: string;
  status?: number;
  fields?: Record<string, unknown>;
  times?: number;
  delayMs?: number;
}

/** The active orders. The oldest matching order applies to a call. */
export interface Faults {
  order(...orders: FaultOrder[]): void;
  clear(): void;
  list(): FaultOrder[];
}

/** Thrown through a call to close its connection without a response. */
export class Disconnect extends Error {}

/** The faults as the front uses them. `around` applies the matching order to a call. */
export interface FaultDesk extends Faults {
  around<T>(service: ServiceName, operation: string, perform: () => Promise<T>): Promise<T>;
}

/**
 * Opens an empty set of orders.
 * @throws TypeError from `order`, naming the wrong member of an order.
 */
export function openFaults(): FaultDesk {
  let orders: FaultOrder[] = [];
  const take = (service: ServiceName, operation: string): FaultOrder | undefined => {
    const order = orders.find((one) => one.service === service && (one.operation ?? operation) === operation);
    if (order?.times === undefined) return order;
    order.times -= 1;
    if (order.times <= 0) orders = orders.filter((one) => one !== order);
    return order;
  };
  return {
    order(...added) {
      const checked = added.map(checkOrder);
      orders.push(...checked);
    },
    clear() {
      orders = [];
    },
    list: () => orders.map((order) => ({ ...order })),
    async around(service, operation, perform) {
      const order = take(service, operation);
      if (order === undefined) return perform();
      if (order.delayMs !== undefined) await sleep(order.delayMs);
      if (order.error === "disconnect") throw new Disconnect();
      if (order.error === "disconnect-after-effect") {
        await perform();
        throw new Disconnect();
      }
      if (order.error === undefined) return perform();
      const message = order.message ?? `${order.error}, by order of a test.`;
      throw new AwsError(order.error, message, order.status ?? 500, order.fields);
    },
  };
}

const memberChecks: Record<string, (value: unknown) => boolean> = {
  service: (value) => services.includes(value as ServiceName),
  operation: isText,
  error: isText,
  message: isText,
  status: (value) => Number.isInteger(value) && Number(value) >= 400 && Number(value) <= 599,
  fields: (value) => typeof value === "object" && value !== null,
  times: (value) => Number.isInteger(value) && Number(value) >= 1,
  delayMs: (value) => typeof value === "number" && value >= 0 && value <= 60_000,
};

/**
 * Copies a well-formed order.
 * @throws TypeError that names the first wrong member.
 */
function checkOrder(order: unknown): FaultOrder {
  if (typeof order !== "object" || order === null) throw new TypeError("A fault order is a JSON object.");
  for (const [name, value] of Object.entries(order)) {
    // Unknown members are refused. Otherwise a typo would make a test pass for the wrong reason.
    if (value !== undefined && !memberChecks[name]?.(value))
      throw new TypeError(`A fault order's ${name} is wrong.`);
  }
  if (!("service" in order)) throw new TypeError(`A fault order names its service: ${services.join(", ")}.`);
  return { ...(order as FaultOrder) };
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}
