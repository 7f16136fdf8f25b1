import type { GatewayEvent } from "../../lib/local/gateway/event.ts";

/**
 * Makes of API Gateway's event the one that `sam local` sends for the same request: header names with capitals, cookies
 * among the headers too and an empty list without any, and a body that is never in base64.
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
