import type { IncomingMessage } from "node:http";
import { cors } from "../../manifest/platform.ts";

/**
 * Returns an answer's CORS headers. As on API Gateway, they come from the configuration only. An origin that is not
 * allowed gets none, but its request is served. The browser then hides the answer from the page.
 * @param allowedOrigins Exact origins.
 */
export function corsHeaders(
  request: IncomingMessage,
  allowedOrigins: readonly string[],
): Record<string, string> {
  const { origin } = request.headers;
  if (!origin || !allowedOrigins.includes(origin)) return { vary: "origin" };
  return {
    vary: "origin",
    "access-control-allow-origin": origin,
    "access-control-expose-headers": cors.exposeHeaders.join(","),
    ...preflightHeaders(request),
  };
}

function preflightHeaders(request: IncomingMessage): Record<string, string> {
  if (request.method !== "OPTIONS" || !request.headers["access-control-request-method"]) return {};
  return {
    "access-control-allow-methods": cors.allowMethods.join(","),
    "access-control-allow-headers": cors.allowHeaders.join(","),
    "access-control-max-age": String(cors.maxAgeSeconds),
  };
}
