import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { limits } from "../core/shared/limits.ts";
import type { Cookie, Reply } from "./dialect.ts";
import { type Brand, layoutPage, pageHeaders } from "./page.ts";

/** Turns a dialect's reply into API Gateway's answer and adds the headers common to all answers. */
export function answer(
  event: APIGatewayProxyEventV2,
  reply: Reply,
  brand: Brand,
  retryAfterSeconds?: number,
): APIGatewayProxyStructuredResultV2 {
  const isHttps = event.headers["x-forwarded-proto"] === "https";
  const headers = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "x-request-id": event.requestContext.requestId,
    ...(isHttps && { "strict-transport-security": `max-age=${limits.hstsSeconds}` }),
    ...(retryAfterSeconds !== undefined && { "retry-after": String(retryAfterSeconds) }),
    ...reply.headers,
  };
  const common = {
    statusCode: reply.status,
    ...(reply.cookies && { cookies: reply.cookies.map(encodeCookie) }),
  };
  if ("page" in reply) {
    const body = layoutPage(reply.page, brand, reply.status >= 400);
    return { ...common, headers: { ...headers, ...pageHeaders(brand) }, body };
  }
  if ("location" in reply) return { ...common, headers: { ...headers, location: reply.location } };
  const body = JSON.stringify(reply.json);
  return { ...common, headers: { ...headers, "content-type": "application/json" }, body };
}

function encodeCookie({ name, value, path, sameSite, maxAgeSeconds }: Cookie): string {
  return `${name}=${value}; Path=${path}; Max-Age=${maxAgeSeconds}; HttpOnly; Secure; SameSite=${sameSite}`;
}
