import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { connect, createServer } from "node:net";

/**
 * Lets containers reach a port of this machine's loopback, by the address that they have for this machine. Only containers
 * and this machine can reach that address. Where the engine runs in a virtual machine, as Docker Desktop does, it forwards
 * to loopback by itself, and the address is none of ours.
 */
export async function openBridge(engine: string, port: number): Promise<{ close(): void }> {
  const server = createServer((container) => {
    const ours = connect(port, "127.0.0.1");
    container.on("error", () => ours.destroy()).pipe(ours);
    ours.on("error", () => container.destroy()).pipe(container);
  });
  const address = bridgeAddress(engine);
  if (address === undefined) return { close: () => {} };
  server.listen(port, address);
  await once(server, "listening").catch((error: NodeJS.ErrnoException) => {
    // The latter where another `npm run sam` has a bridge already.
    if (error.code !== "EADDRNOTAVAIL" && error.code !== "EADDRINUSE") throw error;
  });
  server.unref();
  return { close: () => server.close() };
}

interface Network {
  readonly IPAM?: { readonly Config?: readonly { readonly Subnet?: string; readonly Gateway?: string }[] };
}

/** This machine's address in the engine's network of containers; undefined where there is no such network. */
function bridgeAddress(engine: string): string | undefined {
  const { status, stdout } = spawnSync(engine, ["network", "inspect", "bridge"], { encoding: "utf8" });
  if (status !== 0) return undefined;
  const [network] = JSON.parse(stdout) as Network[];
  const { Gateway, Subnet } = network?.IPAM?.Config?.[0] ?? {};
  // Docker leaves the gateway out where it is the subnet's first address.
  return Gateway ?? Subnet?.replace(/\.0\/\d+$/, ".1");
}
