import { once } from "node:events";
import type { Server } from "node:http";
import { type AddressInfo, isIP } from "node:net";

/** Starts a server. `url` is its address on this machine. Rejects if the port or the host is not available. */
export async function listen(
  server: Server,
  port: number,
  host = "127.0.0.1",
): Promise<{ url: string; port: number }> {
  server.listen(port, host);
  await once(server, "listening");
  const { port: bound } = server.address() as AddressInfo;
  return { url: `http://${nameOf(host)}:${bound}`, port: bound };
}

/** Refuses further requests, waits up to `graceMs` for running ones, then closes their connections. */
export async function close(server: Server, graceMs: number): Promise<void> {
  const cut = setTimeout(() => server.closeAllConnections(), graceMs);
  server.close();
  await once(server, "close");
  clearTimeout(cut);
}

function nameOf(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return isIP(host) === 6 ? `[${host}]` : host;
}
