import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { Disconnect, type FaultDesk } from "./faults.ts";
import { answerFaultRequest, faultsPath } from "./faults-endpoint.ts";
import { type AwsReply, type AwsRequest, type Call, internalFailure, isSigned } from "./shared/calls.ts";
import { isContainersAuthority, isFromAnotherSite, isLoopbackAuthority } from "./shared/loopback.ts";
import { AwsError } from "./shared/protocol.ts";
import { BodyTooLarge, RequestCut, readRequestBody } from "./shared/request-body.ts";
import type { TallyDesk } from "./tally.ts";

/** The largest accepted body, which is DynamoDB's own limit. */
const bodyMaxBytes = 16 * 1024 * 1024;

export interface FrontOptions {
  /** Reads a request as a call. Never throws: `perform` refuses an unknown call. */
  toCall(request: AwsRequest): Call;
  faults: FaultDesk;
  tally: TallyDesk;
  /** Refuses hosts and origins other than this machine, under its own names or its name for containers. */
  loopbackOnly: boolean;
}

/** Makes the HTTP server without starting to listen. A failed request never affects another. */
export function createFront(options: FrontOptions): Server {
  // SDK clients reuse idle connections. A request on a just closed one would fail.
  const server = createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
    response.on("error", () => response.destroy());
    answer(options, request)
      .then((reply) => {
        response.shouldKeepAlive &&= server.listening;
        send(request, response, reply);
      })
      .catch((error) => {
        if (!(error instanceof Disconnect || error instanceof RequestCut)) logFailure(error);
        request.socket.destroy();
      });
  });
  return server;
}

async function answer(options: FrontOptions, incoming: IncomingMessage): Promise<AwsReply> {
  const { headers, method = "GET", url = "/" } = incoming;
  const isOfThisMachine = isLoopbackAuthority(headers.host) || isContainersAuthority(headers.host);
  if (options.loopbackOnly && (!isOfThisMachine || isFromAnotherSite(headers))) {
    return plainReply(
      403,
      "This endpoint answers to localhost only, and to S3 paths of the form /bucket/key.\n",
    );
  }
  const body = await readRequestBody(incoming, bodyMaxBytes).catch((error) => {
    if (error instanceof BodyTooLarge) return undefined;
    throw error;
  });
  const queryStart = url.indexOf("?");
  const path = queryStart === -1 ? url : url.slice(0, queryStart);
  const query = new URLSearchParams(queryStart === -1 ? "" : url.slice(queryStart));
  const request: AwsRequest = {
    id: randomUUID(),
    method,
    path,
    query,
    headers,
    body: body ?? Buffer.alloc(0),
  };
  if (path === faultsPath) return answerFaultRequest(request, options.faults);
  const call = options.toCall(request);
  if (!body) return call.refuse(new AwsError("EntityTooLarge", "The request body is over 16 MiB.", 413));
  if (!isSigned(request)) return call.refuse(call.unsigned);
  return performed(call, options);
}

async function performed(call: Call, { faults, tally }: FrontOptions): Promise<AwsReply> {
  tally.called(call.service, call.operation);
  try {
    return await faults.around(call.service, call.operation, call.perform);
  } catch (error) {
    if (error instanceof Disconnect) throw error;
    if (error instanceof AwsError) {
      tally.refused(call.service, call.operation, error);
      return call.refuse(error);
    }
    logFailure(error);
    return call.refuse(internalFailure());
  }
}

function send(request: IncomingMessage, response: ServerResponse, { status, headers, body }: AwsReply): void {
  // 204 and 304 have no length. A response to HEAD has the length of GET's.
  const hasLength = status !== 204 && status !== 304;
  const length = hasLength ? { "content-length": String(Buffer.byteLength(body)) } : {};
  response.writeHead(status, { ...length, ...headers });
  response.end(request.method === "HEAD" || !hasLength ? undefined : body);
}

function plainReply(status: number, body: string): AwsReply {
  return { status, headers: { "content-type": "text/plain; charset=utf-8" }, body };
}

function logFailure(error: unknown): void {
  process.stderr.write(`embedded AWS endpoint: ${error instanceof Error ? error.stack : String(error)}\n`);
}
