import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** Lambda's Runtime API, as one execution environment sees it. */
export interface RuntimeApi {
  /** Host and port, as in `AWS_LAMBDA_RUNTIME_API`. */
  readonly address: string;
  /**
   * Passes an event to the runtime client when it asks for one, one at a time.
   * @throws Error with the client's report.
   */
  invoke(event: unknown, remainingMs: number): Promise<unknown>;
  /** Fails running and later events. */
  end(reason: string): void;
}

interface RuntimeApiOptions {
  readonly functionArn: string;
  /** Called when the client has responded and asks for the next event. Lambda then freezes the environment. */
  readonly onIdle: () => void;
  /** Called before the client gets an event. */
  readonly onEvent: () => void;
}

/** Starts the Runtime API of one process on loopback. */
export async function startRuntimeApi({
  functionArn,
  onIdle,
  onEvent,
}: RuntimeApiOptions): Promise<RuntimeApi> {
  let asking = deferred<ServerResponse>();
  let pending = deferred<unknown>();
  const settle = (url: string, body: string) => {
    if (url.endsWith("/response")) pending.resolve(JSON.parse(body));
    else pending.reject(new Error(`The runtime client reported to ${url}: ${body}`));
  };
  // Lambda closes no connection of its runtime client.
  const server = createServer({ keepAliveTimeout: 0 }, async (request, response) => {
    const url = request.url ?? "";
    if (url.endsWith("/invocation/next")) return asking.resolve(response);
    settle(url, await text(request));
    response.writeHead(202).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const end = (reason: string) => {
    asking.reject(new Error(reason));
    pending.reject(new Error(reason));
    server.close();
    server.closeAllConnections();
  };
  const invoke = async (event: unknown, remainingMs: number) => {
    pending = deferred();
    const { promise: answered, reject } = pending;
    const late = setTimeout(() => reject(new Error(`No answer after ${remainingMs} ms`)), remainingMs);
    try {
      // A client that cannot load the function reports that and asks for no event.
      const response = (await Promise.race([asking.promise, answered])) as ServerResponse;
      asking = deferred();
      onEvent();
      response.writeHead(200, headersOf(functionArn, remainingMs)).end(JSON.stringify(event));
      const answer = await answered;
      await asking.promise;
      onIdle();
      return answer;
    } finally {
      clearTimeout(late);
    }
  };
  const { port } = server.address() as AddressInfo;
  return { address: `127.0.0.1:${port}`, invoke, end };
}

/** Makes a promise that may be rejected before anything waits for it. */
function deferred<Value>(): PromiseWithResolvers<Value> {
  const made = Promise.withResolvers<Value>();
  made.promise.catch(() => {});
  return made;
}

function headersOf(functionArn: string, remainingMs: number): Record<string, string> {
  return {
    "content-type": "application/json",
    "lambda-runtime-aws-request-id": randomUUID(),
    "lambda-runtime-deadline-ms": String(Date.now() + remainingMs),
    "lambda-runtime-invoked-function-arn": functionArn,
    "lambda-runtime-trace-id": `Root=1-${randomUUID().slice(0, 8)}-000000000000000000000000;Sampled=0`,
  };
}
