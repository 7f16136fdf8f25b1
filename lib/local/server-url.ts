import { isIP } from "node:net";

/** The URL by which a server bound to `host` is reached from this machine. */
export function serverUrl(host: string, port: number): string {
  if (host === "0.0.0.0" || host === "::") return `http://127.0.0.1:${port}`;
  return `http://${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
}
