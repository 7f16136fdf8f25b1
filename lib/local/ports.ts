import { once } from "node:events";
import { connect } from "node:net";

/** Whether a process on this machine listens on a port. */
export async function isTaken(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  const taken = await once(socket, "connect").then(
    () => true,
    () => false,
  );
  socket.destroy();
  return taken;
}

const lastPort = 65_535;
/** Ports below this one need more rights on many systems. */
const firstPort = 1_024;

/** Finds the first free port after another one. @param except A port that it must not be. */
export async function freeAfter(port: number, except: number): Promise<number> {
  const next = port < firstPort ? port + 3_000 : port < lastPort ? port + 1 : firstPort;
  return next !== except && !(await isTaken(next)) ? next : await freeAfter(next, except);
}
