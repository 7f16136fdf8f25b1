import { STATUS_CODES } from "node:http";
import type { Answered } from "./api.ts";

/** Headers that the examples leave out: those of every answer, of every page, and of API Gateway. */
const everywhere = new Set(
  `apigw-requestid cache-control:no-store connection content-length content-security-policy date keep-alive
  content-type:application/json referrer-policy transfer-encoding vary x-content-type-options x-request-id`.split(
    /\s+/,
  ),
);

/** Values that differ from answer to answer, each compared by its kind. */
const kinds: readonly (readonly [kind: string, keys: readonly string[] | "any", pattern: RegExp])[] = [
  ["<time>", "any", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/],
  ["<uuid>", "any", /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/],
  ["<jwt>", ["access", "access_token", "token"], /^eyJ[\w-]{10,}(…|\.[\w-]+\.[\w-]+)$/],
  ["<refresh token>", ["refresh_token"], /^[\da-f]{8}-[\w-]*(…|\.[\w-]+\.[\w-]+)$/],
  ["<modulus>", ["n"], /^([\w-]{6,}…|[\w-]{342})$/],
  ["<number>", ["id", "number", "user_id", "profile_id"], /^[1-9]\d*$/],
];

/** Replaces such values by their kinds, and seconds and request ids within texts too. */
function byKind(value: unknown, key = ""): unknown {
  if (Array.isArray(value)) return value.map((one) => byKind(one));
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, byKind(one, name)]));
  if (typeof value !== "string" && typeof value !== "number") return value;
  const kind = kinds.find(
    ([name, keys, pattern]) =>
      (keys === "any" || keys.includes(key)) &&
      (typeof value === "number") === (name === "<number>") &&
      pattern.test(String(value)),
  );
  return kind?.[0] ?? (typeof value === "string" ? textByKind(value) : value);
}

const textByKind = (text: string) =>
  text
    .replace(/\b\d+ seconds/g, "<seconds>")
    .replace(/(Request id: |\(request )[\w=+/-]+/g, "$1<request>")
    .replace(/^((?:refresh_token|__Host-session|__Host-device)=)[\da-f]{4}[\w.-]*…?(?=;)/, "$1<token>")
    .replace(/\b[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}\b/g, "<uuid>");

const headerByKind = (line: string) =>
  textByKind(line.replace(/^(retry-after: )[1-9]\d*$/, "$1<seconds>").replace(/^set-cookie: /, ""));

/** Reads a documented answer into the form in which answers are compared. */
export function documented(answer: string) {
  const [head = "", ...body] = answer.split("\n\n");
  const [status, ...headers] = head.trimEnd().split("\n");
  const text = body.join("\n\n").trim();
  const isPage = text.startsWith("<") || text === "";
  return {
    status,
    headers: headers.map(headerByKind).sort(),
    body: isPage ? text.split("\n").map(textByKind) : byKind(JSON.parse(text)),
  };
}

/** Brings a real answer into that form. Of a page it keeps the heading and the alert. */
export function answered({ status, headers, text, json }: Answered) {
  const shown = [...headers]
    .filter(([name, value]) => !everywhere.has(name) && !everywhere.has(`${name}:${value}`))
    // API Gateway adds one to an answer without a body.
    .filter(([name]) => name !== "content-type" || text !== "");
  const parts = text.match(/<h1>.*<\/h1>|<p class="(error|notice)".*<\/p>/g) ?? [""];
  return {
    status: `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    headers: shown.map(([name, value]) => headerByKind(`${name}: ${value}`)).sort(),
    body: json === undefined ? parts.map(textByKind) : byKind(json),
  };
}
