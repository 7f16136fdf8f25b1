import { once } from "node:events";
import { createServer, type RequestListener, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { afterAll } from "vitest";
import type { Outputs } from "./cdk.ts";

const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) server.close();
});

/** Serves an API of MiniStack, which is below a path, at an origin of its own. */
export function servedAt(awsUrl: string, { ApiUrl }: Outputs): Promise<string> {
  const [apiId] = new URL(ApiUrl).hostname.split(".", 1);
  return listen((incoming, response) => {
    const { method = "GET", headers, url } = incoming;
    const target = `${awsUrl}/_aws/execute-api/${apiId}/$default${url}`;
    const passed = request(target, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    incoming.pipe(passed);
  });
}

/** Starts a proxy of MiniStack. In the stack's outputs it gives the API an origin that every resolver knows. */
export async function withReachableOutputs(awsUrl: string, outputs: Outputs): Promise<string> {
  const origin = await servedAt(awsUrl, outputs);
  return await listen(async (incoming, response) => {
    const { method = "GET", headers, url = "/" } = incoming;
    const passed = request(new URL(url, awsUrl), { method, headers });
    passed.end(await buffer(incoming));
    const [answer] = await once(passed, "response");
    const text = String(await buffer(answer)).replaceAll(outputs.ApiUrl, origin);
    response.writeHead(answer.statusCode, { "content-type": answer.headers["content-type"] }).end(text);
  });
}

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  servers.push(server);
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
