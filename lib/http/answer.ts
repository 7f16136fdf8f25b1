import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { Reply } from "./contract.ts";
import { type Brand, layoutPage, pageHeaders } from "./page.ts";

/** Turns a dialect's reply into API Gateway's answer, with the headers that every answer has. */
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
    ...(isHttps && { "strict-transport-security": "max-age=31536000" }),
    ...(retryAfterSeconds !== undefined && { "retry-after": String(retryAfterSeconds) }),
    ...reply.headers,
  };
  if ("page" in reply) {
    const body = layoutPage(reply.page, brand);
    return { statusCode: reply.status, headers: { ...headers, ...pageHeaders(brand) }, body };
  }
  if ("location" in reply) {
    return { statusCode: reply.status, headers: { ...headers, location: reply.location } };
  }
  const body = JSON.stringify(reply.json);
  return { statusCode: reply.status, headers: { ...headers, "content-type": "application/json" }, body };
}
