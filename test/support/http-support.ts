import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from "aws-lambda";
import { expect, vi } from "vitest";
import type { HttpHandler } from "../../lib/handlers/endpoint.ts";

/** A text in everything that a test sends. No log line may contain it. */
export const canary = "canary-3f9c";

export interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Each `name=value`, as API Gateway reads them from the headers. */
  readonly cookies?: readonly string[];
  readonly sourceIp?: string;
}

/** Makes an event of API Gateway's HTTP API, in payload format 2.0. */
export function eventOf({
  method = "POST",
  path = "/login",
  body,
  isBase64Encoded = false,
  query = "",
  headers = {},
  cookies,
  sourceIp = "192.0.2.1",
}: Sent): APIGatewayProxyEventV2 {
  return {
    version: "2.0",
    routeKey: `${method} ${path}`,
    rawPath: path,
    rawQueryString: query,
    headers: { host: `${canary}.example`, "x-forwarded-proto": "https", "user-agent": canary, ...headers },
    requestContext: {
      requestId: "request-1",
      http: { method, path, protocol: "HTTP/1.1", sourceIp, userAgent: canary },
    },
    isBase64Encoded,
    ...(cookies && { cookies }),
    ...(body !== undefined && { body }),
  } as unknown as APIGatewayProxyEventV2;
}

export const json = (value: unknown, headers: Record<string, string> = {}): Sent => ({
  body: JSON.stringify(value),
  headers: { "content-type": "application/json", ...headers },
});

/** Makes a form post as API Gateway sends it: in base64, because its media type is neither text nor JSON. */
export const form = (
  fields: Record<string, string> | string,
  headers: Record<string, string> = {},
): Sent => ({
  body: Buffer.from(new URLSearchParams(fields).toString()).toString("base64"),
  isBase64Encoded: true,
  headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
});

export interface Heard {
  readonly answer: APIGatewayProxyStructuredResultV2;
  readonly status: number | undefined;
  readonly headers: Record<string, unknown>;
  readonly body: string;
  /** The lines logged during the call. */
  readonly lines: Record<string, unknown>[];
}

/** Invokes a handler. Fails the test if a log line contains a sent value or a password hash. */
export async function send(handler: HttpHandler, sent: Sent, remainingMs = 15_000): Promise<Heard> {
  const context = { getRemainingTimeInMillis: () => remainingMs } as Context;
  const { value: answer, output } = await listen(() => handler(eventOf(sent), context));
  expect(output).not.toMatch(/canary|\$2[aby]\$/);
  const lines = output.trimEnd().split("\n");
  return {
    answer,
    status: answer.statusCode,
    headers: answer.headers ?? {},
    body: answer.body ?? "",
    lines: lines.filter((line) => line !== "").map((line) => JSON.parse(line)),
  };
}

/** Runs a task and captures standard output and standard error. */
export async function listen<Value>(run: () => Promise<Value>): Promise<{ value: Value; output: string }> {
  let output = "";
  const take = (chunk: unknown) => {
    output += String(chunk);
    return true;
  };
  const spies = [
    vi.spyOn(process.stdout, "write").mockImplementation(take),
    vi.spyOn(process.stderr, "write").mockImplementation(take),
    ...(["log", "info", "warn", "error", "debug"] as const).map((method) =>
      vi.spyOn(console, method).mockImplementation((...values) => void take(values.join(" "))),
    ),
  ];
  try {
    const value = await run();
    return { value, output };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

export const jsonOf = ({ body }: Heard): unknown => JSON.parse(body);
