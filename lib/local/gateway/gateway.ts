import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { FunctionRow } from "../../manifest/function-row.ts";
import { close, listen } from "../aws/shared/listening.ts";
import { isLoopbackAuthority } from "../aws/shared/loopback.ts";
import { BodyTooLarge, RequestCut, readRequestBody } from "../aws/shared/request-body.ts";
import { type Answer, gatewayAnswer, internalServerError, readAnswer } from "./answer.ts";
import { corsHeaders } from "./cors.ts";
import { type GatewayEvent, makeEvent, makeRequestId, readSourceIp, readTarget } from "./event.ts";
import { listRoutes, matchRoute, type Route } from "./routes.ts";

/** API Gateway's quotas for HTTP APIs. */
const bodyMaxBytes = 10 * 1024 * 1024;
const headersMaxBytes = 10_240;
/** Lambda's quota for the event and the answer of a synchronous call. */
const payloadMaxBytes = 6 * 1024 * 1024;

export interface GatewayOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** Binds beyond loopback. The gateway then neither checks `Host` nor trusts `X-Forwarded-For`. */
  readonly host?: string | undefined;
  readonly rows: readonly FunctionRow[];
  /** Returns the exact origins that CORS allows, given the API's URL. */
  readonly originsOf: (url: string) => readonly string[];
  /** Runs a function. Rejects if it throws, crashes or exceeds its time-out. */
  readonly invoke: (functionName: string, event: GatewayEvent) => Promise<unknown>;
  /** Answers the runner's own paths. It is only asked for paths that are no route of the API. */
  readonly answerLocally?: (method: string, path: string) => Promise<Answer | undefined>;
  /** Receives one line per request: method, path without query, status, milliseconds. */
  readonly print: (line: string) => void;
}

export interface Gateway {
  readonly url: string;
  readonly port: number;
  readonly allowedOrigins: readonly string[];
  /** Refuses further requests, waits up to `graceMs` for running ones, then closes their connections. */
  stop(graceMs?: number): Promise<void>;
}

/** Starts an HTTP API of payload format 2.0 with the routes of `rows`. Rejects if the port is taken. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const routes = listRoutes(options.rows);
  let allowedOrigins: readonly string[] = [];
  const server: Server = createServer({ maxHeaderSize: headersMaxBytes }, (request, response) => {
    void serve(request, response, { options, routes, server, allowedOrigins });
  });
  server.headersTimeout = 10_000;
  server.requestTimeout = 60_000;
  const address = await listen(server, options.port, options.host);
  allowedOrigins = options.originsOf(address.url);
  return { ...address, allowedOrigins, stop: (graceMs = 2_000) => close(server, graceMs) };
}

interface OpenGateway {
  readonly options: GatewayOptions;
  readonly routes: readonly Route[];
  readonly server: Server;
  readonly allowedOrigins: readonly string[];
}

async function serve(request: IncomingMessage, response: ServerResponse, gateway: OpenGateway) {
  const { options } = gateway;
  const started = performance.now();
  const requestId = makeRequestId();
  request.on("error", () => {});
  response.on("error", () => {});
  try {
    const answer = await findAnswer(request, requestId, gateway);
    const cors = corsHeaders(request, gateway.allowedOrigins);
    send(response, answer, { ...cors, "apigw-requestid": requestId }, gateway);
    // The parser accepts only visible ASCII, so this line cannot control a terminal.
    const path = (request.url ?? "").split("?")[0]?.slice(0, 200);
    options.print(`${request.method} ${path} ${answer.status} ${Math.round(performance.now() - started)} ms`);
  } catch (error) {
    // Only a client that has disconnected causes this. All other outcomes are answers.
    if (!(error instanceof RequestCut)) options.print(`${request.method} failed in the gateway: ${error}`);
    response.destroy();
  }
}

async function findAnswer(
  request: IncomingMessage,
  requestId: string,
  { options, routes }: OpenGateway,
): Promise<Answer> {
  const isPrivate = options.host === undefined;
  if (isPrivate && !isLoopbackAuthority(request.headersDistinct.host?.join(","))) {
    return gatewayAnswer(
      403,
      "This server answers only to the names of this machine, such as 127.0.0.1 or localhost.",
    );
  }
  const target = readTarget(request.url ?? "");
  if (!target) return gatewayAnswer(400, "Bad Request");
  const method = request.method ?? "";
  if (method === "OPTIONS") return { status: 204, headers: {}, body: Buffer.alloc(0) };
  const match = matchRoute(routes, method, target.path);
  if (!match) return (await options.answerLocally?.(method, target.path)) ?? gatewayAnswer(404, "Not Found");
  try {
    const body = await readRequestBody(request, bodyMaxBytes);
    const sourceIp = readSourceIp(request, isPrivate);
    const event = makeEvent(request, { match, target, body, sourceIp, requestId, now: new Date() });
    // JSON turns one byte into at most six, so only large bodies need measuring.
    const isLarge = body.length > payloadMaxBytes / 8;
    if (isLarge && JSON.stringify(event).length > payloadMaxBytes) throw new BodyTooLarge();
    return await callFunction(match.functionName, event, options);
  } catch (error) {
    if (error instanceof BodyTooLarge) return gatewayAnswer(413, "Request Entity Too Large");
    throw error;
  }
}

/**
 * Runs the function. Its failures, time-outs included, are a 500 as on AWS. API Gateway waits 30 seconds, longer than
 * any function may run. This gateway waits without limit, because calls here may queue for a processor.
 */
async function callFunction(name: string, event: GatewayEvent, options: GatewayOptions): Promise<Answer> {
  const answer = await options.invoke(name, event).then(readAnswer, () => internalServerError);
  return answer.body.length > payloadMaxBytes ? internalServerError : answer;
}

function send(
  response: ServerResponse,
  answer: Answer,
  gatewayHeaders: Record<string, string>,
  gateway: OpenGateway,
) {
  const vary = [answer.headers.vary, gatewayHeaders.vary].filter(Boolean).join(", ");
  const hasBody = answer.status !== 204 && answer.status !== 304;
  // A kept-alive connection would delay the server's closing.
  response.shouldKeepAlive &&= gateway.server.listening;
  response.writeHead(answer.status, {
    ...answer.headers,
    ...gatewayHeaders,
    ...(vary && { vary }),
    ...(hasBody && { "content-length": answer.body.length }),
  });
  response.end(hasBody ? answer.body : undefined);
}
