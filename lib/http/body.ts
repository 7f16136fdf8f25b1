import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { limits } from "../core/shared/limits.ts";
import { accept, type Problem, type Result, refuse } from "../core/shared/refusals.ts";
import type { Dialect } from "./dialect.ts";

type Fields = Readonly<Record<string, unknown>>;
type BodyRefusal = "invalid" | "unsupported-media-type" | "body-too-large";

const multipart = "multipart/form-data";
// A script that posts `new FormData(form)` sends multipart.
const formTypes = ["application/x-www-form-urlencoded", multipart];

/**
 * Reads the fields of a request's body. Errors never contain the body. Middy's parsers are no alternative: their errors
 * contain the body, and they answer 415 to each other's requests.
 */
export async function readFields(
  event: APIGatewayProxyEventV2,
  kind: Dialect<unknown, unknown>["body"],
): Promise<Result<Fields, BodyRefusal>> {
  if (kind === "none" || (kind === "form-or-nothing" && !event.body)) return accept({});
  const media = kind === "json" ? "json" : "form";
  const isExpected = media === "json" ? isJson(event) : isForm(event);
  if (!isExpected || !isUtf8(event)) return refuse({ code: "unsupported-media-type" });
  const bytes = Buffer.from(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8");
  if (bytes.length > limits.bodyMaxBytes) return refuse({ code: "body-too-large" });
  // A text body has U+FFFD in place of bytes that were not UTF-8. A caller who means that character can escape it in JSON.
  if (!event.isBase64Encoded && event.body?.includes("\ufffd")) return wrongBody(`not-${media}`);
  if (media === "json") return readJson(bytes);
  return essenceOf(event.headers["content-type"]) === multipart
    ? readMultipart(bytes, event.headers["content-type"])
    : readForm(bytes);
}

/** Whether the content type is a form's, in either encoding that browsers use for fields. */
export const isForm = ({ headers }: APIGatewayProxyEventV2): boolean =>
  formTypes.includes(essenceOf(headers["content-type"]));

/**
 * Whether the content type is JSON: `application/json` or one of its kinds, such as `application/problem+json`. API Gateway
 * joins repeated headers by commas. Then each of them must be JSON. Otherwise another site's page could post a body as JSON
 * without a preflight, as `multipart/form-data; boundary=x, application/json`.
 */
export function isJson({ headers }: APIGatewayProxyEventV2): boolean {
  const members = headers["content-type"]?.match(/(?:[^,"]|"(?:\\.|[^"\\])*"?)+/g) ?? [];
  return members.length > 0 && members.every((member) => jsonType.test(essenceOf(member)));
}

const jsonType = /^application\/(?:json|[\w!#$%&'*+.^`|~-]+\+json)$/;

/** A content type without its parameters, in lower case. */
const essenceOf = (type = ""): string => type.split(";", 1)[0]?.trim().toLowerCase() ?? "";

/** Whether the content type names no charset other than UTF-8, in either usual spelling. No other charset is decoded. */
function isUtf8({ headers }: APIGatewayProxyEventV2): boolean {
  const charsets = (headers["content-type"] ?? "").matchAll(/;\s*charset\s*=\s*"?([^";]*)/gi);
  return [...charsets].every(([, charset = ""]) => /^utf-?8$/i.test(charset.trim()));
}

function readJson(bytes: Buffer): Result<Fields, "invalid"> {
  // A client that has no field to send may send no body.
  if (bytes.length === 0) return accept({});
  let value: unknown;
  try {
    value = JSON.parse(utf8(bytes));
  } catch {
    return wrongBody("not-json");
  }
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? accept(value as Fields) : wrongBody("not-object");
}

function readForm(bytes: Buffer): Result<Fields, "invalid"> {
  let form: URLSearchParams;
  try {
    form = new URLSearchParams(utf8(bytes));
  } catch {
    return wrongBody("not-form");
  }
  return unrepeated([...form]);
}

async function readMultipart(bytes: Buffer, type = ""): Promise<Result<Fields, "invalid">> {
  try {
    // `formData` accepts any bytes. `utf8` therefore checks them before, and `isText` checks base64 parts afterwards.
    const body = new Response(utf8(bytes), { headers: { "content-type": type } });
    const entries = [...(await body.formData())];
    const isText = (value: unknown) => typeof value === "string" && !value.includes("\ufffd");
    return entries.every(([, value]) => isText(value)) ? unrepeated(entries) : wrongBody("not-form");
  } catch {
    return wrongBody("not-form");
  }
}

function unrepeated(entries: readonly (readonly [string, unknown])[]): Result<Fields, "invalid"> {
  const fields = Object.fromEntries(entries);
  // The answer does not repeat the field's name, since the caller may have made it up.
  return Object.keys(fields).length === entries.length ? accept(fields) : wrongBody("repeated");
}

const utf8 = (bytes: Buffer) => new TextDecoder("utf-8", { fatal: true }).decode(bytes);

const wrongBody = (problem: Problem) => refuse({ code: "invalid", faults: [{ field: "", problem }] });
