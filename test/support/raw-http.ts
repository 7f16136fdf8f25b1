import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** Opens a connection for requests that no HTTP client would send. */
export async function openConnection(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on("error", () => {});
  await once(socket, "connect");
  return socket;
}

/** Sends bytes on a new connection. Returns everything that the server sends until it closes. */
export async function sendRaw(url: string, bytes: string | Uint8Array): Promise<string> {
  const socket = await openConnection(url);
  let received = "";
  socket.on("data", (chunk) => {
    received += chunk.toString("latin1");
  });
  socket.write(bytes);
  await once(socket, "close");
  return received;
}
