import type { APIGatewayProxyEventV2 } from "aws-lambda";
import type { DialectRequest } from "./dialect.ts";

/**
 * Reads an event for a dialect.
 * @param fields The body's fields, once the body was read.
 */
export function readRequest(
  event: APIGatewayProxyEventV2,
  fields: DialectRequest["fields"] = {},
): DialectRequest {
  return {
    fields,
    query: new URLSearchParams(event.rawQueryString),
    parameters: (event.pathParameters ?? {}) as DialectRequest["parameters"],
    wantsJson: accepts(event, "application/json"),
    wantsPage: accepts(event, "text/html"),
    bearer: bearerOf(event),
    refreshToken: event.headers["refresh-token"] ?? "",
    idempotencyKey: event.headers["idempotency-key"],
    cookies: readCookies(event.cookies),
  };
}

/** The token of `Authorization: Bearer`. Empty without one. */
export const bearerOf = ({ headers }: APIGatewayProxyEventV2): string =>
  /^bearer +(\S+)$/i.exec(headers.authorization ?? "")?.[1] ?? "";

function readCookies(pairs: readonly string[] = []): ReadonlyMap<string, string> {
  const cookies = pairs.map((pair): [string, string] => {
    const [name = "", ...value] = pair.trim().split("=");
    return [name, value.join("=")];
  });
  const names = cookies.map(([name]) => name);
  return new Map(cookies.filter(([name]) => names.indexOf(name) === names.lastIndexOf(name)));
}

/** Whether the Accept header names a media type. Wildcards and `q=0` do not count. */
function accepts({ headers }: APIGatewayProxyEventV2, mediaType: string): boolean {
  const named = (headers.accept ?? "")
    .split(",")
    .filter((range) => !/;\s*q=0(\.0*)?\s*$/i.test(range))
    .map((range) => range.split(";", 1)[0]?.trim().toLowerCase());
  return named.includes(mediaType);
}
