import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import { accountId } from "../aws/shared/protocol.ts";
import type { RouteMatch } from "./routes.ts";

/** An HTTP API's event for a function, in payload format 2.0. */
export interface GatewayEvent {
  readonly version: "2.0";
  readonly routeKey: string;
  readonly rawPath: string;
  readonly rawQueryString: string;
  readonly cookies?: string[];
  readonly headers: Record<string, string>;
  readonly queryStringParameters?: Record<string, string>;
  readonly pathParameters?: Record<string, string>;
  readonly requestContext: Record<string, unknown>;
  readonly body?: string;
  readonly isBase64Encoded: boolean;
}

/** The parts of a request's target: the path decoded once, the query unchanged. */
export interface Target {
  readonly path: string;
  readonly query: string;
}

/** Splits a request's target. Returns undefined if it is not a path or is encoded wrongly. */
export function readTarget(url: string): Target | undefined {
  if (!url.startsWith("/")) return undefined;
  const [path = "", ...rest] = url.split("?");
  try {
    return { path: decodeURIComponent(path), query: rest.join("?") };
  } catch {
    return undefined;
  }
}

/**
 * Returns the caller's address.
 * @param trustForwarded Uses the last entry of `X-Forwarded-For`, as behind one trusted proxy. This is safe without
 * `--host`: then every caller is on this machine, and only chooses which client to play.
 */
export function readSourceIp(request: IncomingMessage, trustForwarded: boolean): string {
  const last = trustForwarded
    ? request.headersDistinct["x-forwarded-for"]?.join(",").split(",").at(-1)?.trim()
    : undefined;
  if (last && isIP(last)) return last;
  return (request.socket.remoteAddress ?? "127.0.0.1").replace(/^::ffff:/, "");
}

/** Makes the event that API Gateway would send for a request. */
export function makeEvent(
  request: IncomingMessage,
  { match, target, body, sourceIp, requestId, now }: EventParts,
): GatewayEvent {
  const host = (request.headers.host ?? "").replace(/:\d+$/, "");
  const cookies = request.headersDistinct.cookie?.flatMap((line) =>
    line.split(";").map((part) => part.trim()),
  );
  const headers = readHeaders(request, body.length, sourceIp);
  const query = [...new URLSearchParams(target.query)];
  return {
    version: "2.0",
    routeKey: match.routeKey,
    rawPath: target.path,
    rawQueryString: target.query,
    ...(cookies && { cookies }),
    headers,
    ...(query.length > 0 && { queryStringParameters: joinRepeated(query) }),
    ...(match.pathParameters && { pathParameters: { ...match.pathParameters } }),
    requestContext: {
      accountId,
      apiId: "local",
      domainName: host,
      domainPrefix: host.split(".")[0],
      http: {
        method: request.method,
        path: target.path,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp,
        userAgent: headers["user-agent"] ?? "",
      },
      requestId,
      routeKey: match.routeKey,
      stage: "$default",
      time: logTime(now),
      timeEpoch: now.getTime(),
    },
    ...encodeBody(body, headers["content-type"] ?? ""),
  };
}

export interface EventParts {
  readonly match: RouteMatch;
  readonly target: Target;
  readonly body: Buffer;
  readonly sourceIp: string;
  readonly requestId: string;
  readonly now: Date;
}

/** Makes a request id like API Gateway's: 15 characters of base64 and `=`. */
export function makeRequestId(): string {
  return `${randomBytes(12).toString("base64").slice(0, 15).replaceAll("/", "_")}=`;
}

/** Headers of a single connection, which the gateway drops. Cookies are passed separately. */
const droppedHeaders = new Set([
  "connection",
  "cookie",
  "expect",
  "keep-alive",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "x-forwarded-for",
]);

function readHeaders(request: IncomingMessage, bodyBytes: number, sourceIp: string): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, values] of Object.entries(request.headersDistinct)) {
    if (values && !droppedHeaders.has(name)) headers[name] = values.join(",");
  }
  const forwarded = request.headersDistinct["x-forwarded-for"]?.join(",") ?? "";
  return {
    ...headers,
    "content-length": String(bodyBytes),
    "content-type": headers["content-type"] ?? "text/plain; charset=utf-8",
    "x-amzn-trace-id": `Root=1-${Math.floor(Date.now() / 1000).toString(16)}-${randomBytes(12).toString("hex")}`,
    "x-forwarded-for":
      forwarded.split(",").at(-1)?.trim() === sourceIp ? forwarded : joinForwarded(forwarded, sourceIp),
    "x-forwarded-port": String(request.socket.localPort),
    "x-forwarded-proto": "http",
  };
}

const joinForwarded = (forwarded: string, sourceIp: string) =>
  forwarded ? `${forwarded}, ${sourceIp}` : sourceIp;

function joinRepeated(pairs: [string, string][]): Record<string, string> {
  const joined = new Map<string, string>();
  for (const [name, value] of pairs) {
    const before = joined.get(name);
    joined.set(name, before === undefined ? value : `${before},${value}`);
  }
  return Object.fromEntries(joined);
}

/** Content types whose bodies reach a function as text, as measured on AWS. Form posts do not. */
const textTypes = /^(text\/.*|application\/(json|xml|javascript))$/;

function encodeBody(body: Buffer, contentType: string): { body?: string; isBase64Encoded: boolean } {
  if (body.length === 0) return { isBase64Encoded: false };
  const type = (contentType.split(";")[0] ?? "").trim().toLowerCase();
  if (textTypes.test(type)) return { body: body.toString("utf8"), isBase64Encoded: false };
  return { body: body.toString("base64"), isBase64Encoded: true };
}

/** Formats a time in the Common Log Format: `12/Mar/2020:19:03:58 +0000`. */
function logTime(time: Date): string {
  const [, day, month, year, clock] = time.toUTCString().split(" ");
  return `${day}/${month}/${year}:${clock} +0000`;
}
