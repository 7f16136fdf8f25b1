import type { IncomingHttpHeaders } from "node:http";

/**
 * Says whether a `Host` header (or an origin's authority) names this machine itself. A web page that points its own
 * name at 127.0.0.1 (DNS rebinding) still sends that name, and is told apart by it.
 */
export function isLoopbackAuthority(authority: string | undefined): boolean {
  const name = /^(\[[^\]]*\]|[^:]*)(?::\d+)?$/.exec(authority ?? "")?.[1]?.toLowerCase();
  return name === "localhost" || name === "[::1]" || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(name ?? "");
}

/**
 * Says whether a `Host` header is the name by which containers reach this machine. No page of another site can have it:
 * the domain `internal` is reserved, and nobody can register a name in it.
 */
export function isContainersAuthority(authority: string | undefined): boolean {
  return /^host\.docker\.internal(:\d+)?$/i.test(authority ?? "");
}

/**
 * Says whether a browser tells that a page of another site sent the request, by `Origin` or (where it leaves that out,
 * as for images) by `Sec-Fetch-Site`. Programs send neither.
 */
export function isFromAnotherSite(headers: IncomingHttpHeaders): boolean {
  return headers["sec-fetch-site"] === "cross-site" || !isLoopbackOrigin(headers.origin);
}

/** Says whether an `Origin` header is absent or names this machine: browsers add it to what another site sends. */
export function isLoopbackOrigin(origin: string | undefined): boolean {
  if (origin === undefined) return true;
  return isLoopbackAuthority(/^https?:\/\/([^/]+)$/.exec(origin)?.[1]);
}
