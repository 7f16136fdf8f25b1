import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { limits } from "../core/shared/limits.ts";
import { accept, type Problem, type Result, refuse } from "../core/shared/refusals.ts";
import type { Dialect } from "./dialect.ts";

type Fields = Readonly<Record<string, unknown>>;
type BodyRefusal = "invalid" | "unsupported-media-type" | "body-too-large";

const multipart = "multipart/form-data";
const mediaTypes = {
  json: ["application/json"],
  // A script that posts `new FormData(form)` sends the second.
  form: ["application/x-www-form-urlencoded", multipart],
};

/**
 * Reads the fields of a request's body, without ever keeping the body in an error.
 * Ours, because middy's parsers do keep it, and answer 415 to each other's requests.
 */
export async function readFields(
  event: APIGatewayProxyEventV2,
  kind: Dialect<unknown, unknown>["body"],
): Promise<Result<Fields, BodyRefusal>> {
  if (kind === "none" || (kind === "form-or-nothing" && !event.body)) return accept({});
  const media = kind === "json" ? "json" : "form";
  const type = mediaTypeOf(event);
  if (!mediaTypes[media].includes(type) || !isUtf8(event)) return refuse({ code: "unsupported-media-type" });
  const bytes = Buffer.from(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8");
  if (bytes.length > limits.bodyMaxBytes) return refuse({ code: "body-too-large" });
  // JSON reaches us as text, in which U+FFFD stands for what was not UTF-8. Whoever means that character can escape it.
  if (!event.isBase64Encoded && event.body?.includes("\ufffd")) return wrongBody(`not-${media}`);
  if (media === "json") return readJson(bytes);
  return type === multipart ? readMultipart(bytes, event.headers["content-type"]) : readForm(bytes);
}

/** Whether a body says that it is a form, in either of the encodings that browsers have for one with fields. */
export const isForm = (event: APIGatewayProxyEventV2): boolean =>
  mediaTypes.form.includes(mediaTypeOf(event));

/** Whether a body says that it is JSON. */
export const isJson = (event: APIGatewayProxyEventV2): boolean =>
  mediaTypes.json.includes(mediaTypeOf(event));

/** The content type without its parameters, in lower case. */
function mediaTypeOf(event: APIGatewayProxyEventV2): string {
  return (event.headers["content-type"] ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
}

/** Whether the content type names no charset but UTF-8, by either of its usual names: nothing else is decoded. */
function isUtf8({ headers }: APIGatewayProxyEventV2): boolean {
  const charsets = (headers["content-type"] ?? "").matchAll(/;\s*charset\s*=\s*"?([^";]*)/gi);
  return [...charsets].every(([, charset = ""]) => /^utf-?8$/i.test(charset.trim()));
}

function readJson(bytes: Buffer): Result<Fields, "invalid"> {
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
    // The platform decodes whatever comes; that it is UTF-8 is looked at before, and after for parts in base64.
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
  // The name of the one that is repeated is not said: the caller may have made it up.
  return Object.keys(fields).length === entries.length ? accept(fields) : wrongBody("repeated");
}

const utf8 = (bytes: Buffer) => new TextDecoder("utf-8", { fatal: true }).decode(bytes);

const wrongBody = (problem: Problem) => refuse({ code: "invalid", faults: [{ field: "", problem }] });
