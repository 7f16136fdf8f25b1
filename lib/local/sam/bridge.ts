import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { connect, createServer } from "node:net";

/**
 * Opens this machine's bridge address to containers and forwards it to a loopback port. Only containers and this
 * machine can reach that address. Docker Desktop runs its engine in a virtual machine and forwards to loopback by
 * itself. The address is then not on this machine.
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
    // EADDRINUSE: another `npm run sam` already has a bridge.
    if (error.code !== "EADDRNOTAVAIL" && error.code !== "EADDRINUSE") throw error;
  });
  server.unref();
  return { close: () => server.close() };
}

interface Network {
  readonly IPAM?: { readonly Config?: readonly { readonly Subnet?: string; readonly Gateway?: string }[] };
}

/** Returns this machine's address in the engine's container network, or undefined without such a network. */
function bridgeAddress(engine: string): string | undefined {
  const { status, stdout } = spawnSync(engine, ["network", "inspect", "bridge"], { encoding: "utf8" });
  if (status !== 0) return undefined;
  const [network] = JSON.parse(stdout) as Network[];
  const { Gateway, Subnet } = network?.IPAM?.Config?.[0] ?? {};
  // Docker omits the gateway if it is the subnet's first address.
  return Gateway ?? Subnet?.replace(/\.0\/\d+$/, ".1");
}
