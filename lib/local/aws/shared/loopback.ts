import type { IncomingHttpHeaders } from "node:http";

/**
 * Whether a `Host` header (or an origin's authority) names this machine. In DNS rebinding a web page points its own
 * name at 127.0.0.1. It still sends that name, which this check refuses.
 */
export function isLoopbackAuthority(authority: string | undefined): boolean {
  const name = /^(\[[^\]]*\]|[^:]*)(?::\d+)?$/.exec(authority ?? "")?.[1]?.toLowerCase();
  return name === "localhost" || name === "[::1]" || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(name ?? "");
}

/**
 * Whether a `Host` header is the containers' name for this machine. No page of another site can have this name, because
 * the domain `internal` is reserved.
 */
export function isContainersAuthority(authority: string | undefined): boolean {
  return /^host\.docker\.internal(:\d+)?$/i.test(authority ?? "");
}

/**
 * Whether a page of another site sent the request. Browsers show that in `Origin`, or in `Sec-Fetch-Site` where they
 * omit `Origin`, as for images. Programs send neither.
 */
export function isFromAnotherSite(headers: IncomingHttpHeaders): boolean {
  return headers["sec-fetch-site"] === "cross-site" || !isLoopbackOrigin(headers.origin);
}

/** Whether an `Origin` header is absent or names this machine. Browsers send `Origin` with requests to another site. */
export function isLoopbackOrigin(origin: string | undefined): boolean {
  if (origin === undefined) return true;
  return isLoopbackAuthority(/^https?:\/\/([^/]+)$/.exec(origin)?.[1]);
}
