import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { isJson } from "./body.ts";

/**
 * Whether a form post may have come from a page of ours, so that a stranger's page cannot post one in its visitor's name.
 * Browsers write both headers themselves, and no page can change them. A page of an allowed origin is at another site and
 * passes by its origin; a caller that is no browser sends neither header and passes.
 * @param origins The public URL and the allowed origins.
 */
export function isSameSite({ headers }: APIGatewayProxyEventV2, origins: readonly string[]): boolean {
  if (headers.origin !== undefined && origins.includes(headers.origin)) return true;
  const site = headers["sec-fetch-site"];
  if (site !== undefined) return site === "same-origin" || site === "none";
  return headers.origin === undefined;
}

/**
 * Whether a page of any site can make its visitor's browser send such a post. With one of these headers, or as JSON, the
 * browser sends it only after API Gateway has said, by CORS, that a page of that origin may.
 * @see https://fetch.spec.whatwg.org/#cors-safelisted-request-header
 */
export function needsNoPreflight(event: APIGatewayProxyEventV2): boolean {
  const { authorization = "", "refresh-token": refreshToken } = event.headers;
  // Other credentials than these the browser may add by itself, such as those of a link.
  return !/^bearer /i.test(authorization) && refreshToken === undefined && !isJson(event);
}
