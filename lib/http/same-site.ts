import type { APIGatewayProxyEventV2 } from "aws-lambda";

/**
 * Whether a form post may have come from a page of ours, so that a stranger's page cannot post one in its visitor's name.
 * Browsers say so themselves; for those too old to, the origin must be a known one. A caller that is no browser sends neither header and passes.
 * @param origins The public URL and the allowed origins.
 */
export function isSameSite({ headers }: APIGatewayProxyEventV2, origins: readonly string[]): boolean {
  const site = headers["sec-fetch-site"];
  if (site !== undefined) return site === "same-origin" || site === "none";
  return headers.origin === undefined || origins.includes(headers.origin);
}
