import type { GatewayEvent } from "../../lib/local/gateway/event.ts";

/**
 * Converts API Gateway's event into the one that `sam local` sends for the request. Header names have capitals. Cookies
 * are also among the headers, and the list of cookies is never missing. The body is never in base64.
 */
export function samEvent({ headers, cookies = [], body = "", isBase64Encoded, ...others }: GatewayEvent) {
  const written = { ...headers, ...(cookies.length > 0 && { cookie: cookies.join("; ") }) };
  return {
    ...others,
    cookies,
    headers: Object.fromEntries(Object.entries(written).map(([name, value]) => [capitalized(name), value])),
    body: isBase64Encoded ? Buffer.from(body, "base64").toString("utf8") : body,
    isBase64Encoded: false,
    pathParameters: others.pathParameters ?? {},
    stageVariables: null,
  };
}

const capitalized = (name: string) => name.replace(/(?<![a-z0-9])[a-z]/g, (letter) => letter.toUpperCase());
