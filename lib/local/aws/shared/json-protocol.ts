import { crc32 } from "node:zlib";
import { type AwsReply, type AwsRequest, type Call, header, regionOf, type ServiceName } from "./calls.ts";
import { AwsError, type JsonService, unknownOperation } from "./protocol.ts";

/** The binding of an AWS JSON service: the prefix of its `X-Amz-Target`, its version, the form of its error types. */
export interface JsonBinding {
  target: string;
  name: ServiceName;
  contentType: "application/x-amz-json-1.0" | "application/x-amz-json-1.1";
  errorPrefix: string;
  service: JsonService;
}

const coral = "com.amazon.coral.service#";
/** Errors of AWS's own request handling, which have AWS's namespace instead of the service's. */
const coralErrors: Record<string, string> = {
  UnknownOperationException: coral,
  SerializationException: coral,
  MissingAuthenticationTokenException: coral,
  ValidationException: "com.amazon.coral.validate#",
};

/** Made once, because an error captures the stack, and each request needs one. */
const unsigned = new AwsError(
  "MissingAuthenticationTokenException",
  "Request is missing Authentication Token",
);

/**
 * Reads an AWS JSON request. `perform` throws `UnknownOperationException` for an unknown target, and
 * `SerializationException` for a body that is not a JSON object.
 */
export function jsonCall(request: AwsRequest, bindings: JsonBinding[]): Call {
  const [target, operation = ""] = header(request, "x-amz-target").split(".", 2);
  const binding = bindings.find((one) => one.target === target);
  const contentType = binding?.contentType ?? "application/x-amz-json-1.0";
  return {
    service: binding?.name ?? "dynamodb",
    operation: binding === undefined ? "Unknown" : operation,
    unsigned,
    refuse: (error) =>
      reply(request, contentType, error.status, errorBody(error, binding?.errorPrefix ?? "")),
    async perform() {
      if (binding === undefined || operation === "") throw unknownOperation(operation);
      const output = await binding.service.call(operation, parseInput(request.body), regionOf(request));
      return reply(request, contentType, 200, output);
    },
  };
}

function parseInput(body: Buffer): Record<string, unknown> {
  let input: unknown;
  try {
    input = JSON.parse(body.toString("utf8"));
  } catch {
    input = undefined;
  }
  if (typeof input === "object" && input !== null && !Array.isArray(input))
    return input as Record<string, unknown>;
  throw new AwsError("SerializationException", "The request body is not a JSON object.");
}

function errorBody(error: AwsError, errorPrefix: string): Record<string, unknown> {
  const namespaced = errorPrefix !== "" && !error.code.includes("#");
  const prefix = namespaced ? (coralErrors[error.code] ?? errorPrefix) : "";
  // AWS capitalizes the message's name in this error only.
  const messageName = error.code === "TransactionCanceledException" ? "Message" : "message";
  return { __type: `${prefix}${error.code}`, [messageName]: error.message, ...error.fields };
}

function reply(request: AwsRequest, contentType: string, status: number, output: object): AwsReply {
  const body = JSON.stringify(output);
  const headers = { "content-type": contentType, "x-amzn-requestid": request.id };
  return { status, headers: { ...headers, "x-amz-crc32": String(crc32(body)) }, body };
}
