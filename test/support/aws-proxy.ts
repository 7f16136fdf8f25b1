import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/** A request to AWS as the proxy received it. */
export interface AwsRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** A proxy between functions and the embedded AWS endpoint. */
export interface AwsProxy {
  /**
   * Forwards to an endpoint from now on.
   * @returns the proxy's address, which functions use instead.
   */
  inFrontOf(awsUrl: string): string;
  /** Closes every idle connection, as a network or a server does after a while. */
  closeIdleConnections(): void;
  stop(): void;
}

/**
 * Starts a proxy on loopback.
 * @param onRequest Receives each request before it is forwarded.
 */
export async function startAwsProxy(onRequest: (request: AwsRequest) => void = () => {}): Promise<AwsProxy> {
  let target = "";
  const server = createServer({ keepAliveTimeout: 0 }, (incoming, response) => {
    void forward(incoming, response, target, onRequest).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    inFrontOf: (awsUrl) => {
      target = awsUrl;
      return `http://127.0.0.1:${port}`;
    },
    closeIdleConnections: () => server.closeIdleConnections(),
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function forward(
  incoming: IncomingMessage,
  response: ServerResponse,
  target: string,
  onRequest: (request: AwsRequest) => void,
): Promise<void> {
  const { method = "GET", url = "/", headers } = incoming;
  const body = await buffer(incoming);
  onRequest({ method, url, headers, body: body.toString() });
  const forwarded = request(new URL(url, target), { method, headers });
  forwarded.end(body);
  const [answer] = (await once(forwarded, "response")) as [IncomingMessage];
  response.writeHead(answer.statusCode ?? 502, answer.headers);
  answer.pipe(response);
}
