import type { FaultOrder, Faults } from "./faults.ts";
import type { AwsReply, AwsRequest } from "./shared/calls.ts";

/** The path of fault orders. No bucket has this name: bucket names begin with a letter or a digit. */
export const faultsPath = "/_local/faults";

/**
 * Answers requests about fault orders. `PUT` replaces them with one JSON order or a list, `DELETE` clears them, `GET`
 * lists the active ones. A malformed order is answered with 400 and changes nothing.
 */
export function answerFaultRequest({ method, body }: AwsRequest, faults: Faults): AwsReply {
  if (method === "DELETE") {
    faults.clear();
    return { status: 204, headers: {}, body: "" };
  }
  if (method === "GET") return json(200, faults.list());
  if (method !== "PUT") return json(405, { message: "PUT, GET and DELETE are understood." });
  const before = faults.list();
  try {
    const orders: FaultOrder | FaultOrder[] = JSON.parse(body.toString("utf8"));
    faults.clear();
    faults.order(...[orders].flat());
    return json(200, faults.list());
  } catch (error) {
    faults.clear();
    faults.order(...before);
    return json(400, { message: error instanceof Error ? error.message : "Not understood." });
  }
}

function json(status: number, value: unknown): AwsReply {
  return { status, headers: { "content-type": "application/json" }, body: `${JSON.stringify(value)}\n` };
}
