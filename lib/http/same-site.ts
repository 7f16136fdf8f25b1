import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { isJson } from "./body.ts";

/**
 * Whether a post can come from one of our pages. This keeps an attacker's page from posting a form in its visitor's name.
 * Browsers write both headers, and no page can change them. A page on an allowed origin passes by its origin. A caller
 * that is not a browser sends neither header and passes.
 * @param origins The public URL and the allowed origins.
 */
export function isSameSite({ headers }: APIGatewayProxyEventV2, origins: readonly string[]): boolean {
  if (headers.origin !== undefined && origins.includes(headers.origin)) return true;
  const site = headers["sec-fetch-site"];
  if (site !== undefined) return site === "same-origin" || site === "none";
  return headers.origin === undefined;
}

/**
 * Whether any site's page can make its visitor's browser send this request. With one of these headers or with JSON it
 * cannot: the browser first asks API Gateway by CORS whether the page's origin is allowed.
 * @see https://fetch.spec.whatwg.org/#cors-safelisted-request-header
 */
export function needsNoPreflight(event: APIGatewayProxyEventV2): boolean {
  const { authorization = "", "refresh-token": refreshToken } = event.headers;
  // Other credentials do not count: the browser may add them by itself, such as those in a link.
  return !/^bearer /i.test(authorization) && refreshToken === undefined && !isJson(event);
}
