import { once } from "node:events";
import type { Server } from "node:http";
import { type AddressInfo, isIP } from "node:net";

/** Has a server listen; `url` is how it is reached from this machine. Rejects if the port or the host cannot be had. */
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

/** Takes no further requests, gives those under way so much time, then cuts their connections. */
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
