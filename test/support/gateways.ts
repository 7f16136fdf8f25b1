import { afterAll, afterEach, beforeAll, type Mock, vi } from "vitest";
import type { GatewayEvent } from "../../lib/local/gateway/event.ts";
import { type Gateway, startGateway } from "../../lib/local/gateway/gateway.ts";
import type { FunctionRow } from "../../lib/manifest/function-row.ts";

const rows: FunctionRow[] = [
  { name: "echo", needs: [], http: ["GET /api/echo", "POST /api/echo"] },
  {
    name: "files",
    needs: [],
    http: ["DELETE /files", "DELETE /files/{id}", "DELETE /files/main", "DELETE /files/{proxy+}"],
  },
  { name: "token", needs: [], http: ["POST /token", "POST /token/{proxy+}", "POST /token/deep/{proxy+}"] },
];

type Invoke = (name: string, event: unknown) => Promise<unknown>;

/** Gateways without functions, for one test file. */
export interface Gateways {
  /** A gateway without `--host`. */
  readonly url: string;
  /** A gateway with `--host`. */
  readonly openUrl: string;
  /** Replaces every function. By default it returns its event. */
  invoke: Mock<Invoke>;
  readonly lines: string[];
  /** Sends a request and returns its event. */
  eventOf(path: string, init?: RequestInit, url?: string): Promise<GatewayEvent>;
}

/** Starts the gateways before a file's tests and stops them afterwards. */
export function startGateways(): Gateways {
  let started: Gateway[] = [];
  const echo = () => vi.fn<Invoke>(async (_name, event) => event);
  const gateways: Gateways = {
    get url() {
      return started[0]?.url ?? "";
    },
    get openUrl() {
      return started[1]?.url ?? "";
    },
    invoke: echo(),
    lines: [],
    eventOf: async (path, init = {}, url = gateways.url) => {
      const response = await fetch(`${url}${path}`, init);
      return (await response.json()) as GatewayEvent;
    },
  };
  const options = {
    port: 0,
    rows,
    originsOf: (url: string) => [url, "https://app.example.com", "http://localhost:5173"],
    invoke: (name: string, event: unknown) => gateways.invoke(name, event),
    print: (line: string) => gateways.lines.push(line),
  };
  beforeAll(async () => {
    started = await Promise.all([startGateway(options), startGateway({ ...options, host: "127.0.0.1" })]);
  });
  afterEach(() => {
    gateways.invoke = echo();
    gateways.lines.length = 0;
  });
  afterAll(() => Promise.all(started.map((gateway) => gateway.stop())));
  return gateways;
}
