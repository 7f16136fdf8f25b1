import { validateHeaderName, validateHeaderValue } from "node:http";

export interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[]>;
  readonly body: Buffer;
}

/**
 * Makes one of API Gateway's own answers: a status and a one-line JSON message. It also has the headers that all
 * answers of functions have. API Gateway cannot be configured to send those.
 */
export function gatewayAnswer(status: number, message: string): Answer {
  return {
    status,
    headers: {
      "content-type": "application/json",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    },
    body: Buffer.from(JSON.stringify({ message })),
  };
}

/** The answer if a function throws, crashes, exceeds its time-out or returns a malformed result. */
export const internalServerError = gatewayAnswer(500, "Internal Server Error");

const droppedHeaders = new Set([
  "connection",
  "content-length",
  "date",
  "keep-alive",
  "transfer-encoding",
  "upgrade",
]);

/**
 * Reads a function's result by the rules of payload format 2.0. A result without `statusCode` is the body of a 200: a
 * string unchanged, any other value as JSON. A malformed result is a 500.
 */
export function readAnswer(result: unknown): Answer {
  if (!isRecord(result) || !("statusCode" in result)) {
    const body = typeof result === "string" ? result : JSON.stringify(result ?? null);
    return { status: 200, headers: { "content-type": "application/json" }, body: Buffer.from(body) };
  }
  try {
    return readFullAnswer(result);
  } catch {
    return internalServerError;
  }
}

function readFullAnswer(result: Record<string, unknown>): Answer {
  const status = Number(result.statusCode);
  if (!Number.isInteger(status) || status < 200 || status > 599) throw new TypeError("statusCode");
  const headers: Record<string, string | string[]> = { "content-type": "text/plain; charset=utf-8" };
  for (const [name, value] of Object.entries(readRecord(result.headers))) {
    if (!isScalar(value)) throw new TypeError("headers");
    const lowerName = name.toLowerCase();
    validateHeaderName(lowerName);
    validateHeaderValue(lowerName, String(value));
    if (!isGatewaysOwn(lowerName)) headers[lowerName] = String(value);
  }
  const cookies = readCookies(result.cookies);
  if (cookies.length > 0) headers["set-cookie"] = cookies;
  return { status, headers, body: readBody(result) };
}

/** Connection headers, and CORS headers, which API Gateway takes from its configuration only. */
const isGatewaysOwn = (name: string) => droppedHeaders.has(name) || name.startsWith("access-control-");

function readCookies(cookies: unknown): string[] {
  if (cookies === undefined || cookies === null) return [];
  if (!Array.isArray(cookies) || !cookies.every((cookie) => typeof cookie === "string"))
    throw new TypeError("cookies");
  for (const cookie of cookies) validateHeaderValue("set-cookie", cookie);
  return cookies;
}

function readBody({ body, isBase64Encoded }: Record<string, unknown>): Buffer {
  if (body === undefined || body === null) return Buffer.alloc(0);
  if (typeof body !== "string") throw new TypeError("body");
  return Buffer.from(body, isBase64Encoded === true ? "base64" : "utf8");
}

function readRecord(value: unknown): Record<string, unknown> {
  if (value === undefined || value === null) return {};
  if (!isRecord(value)) throw new TypeError("headers");
  return value;
}

const isScalar = (value: unknown) => ["string", "number", "boolean"].includes(typeof value);

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
