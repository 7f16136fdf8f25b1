import { decodeCharset, decodeHeader, decodeQuotedPrintable } from "./mail-headers.ts";

/** What a mailbox shows of a raw message: header values are decoded, and undefined where the header is missing. */
export interface RawMessage {
  from: string | undefined;
  to: string[];
  subject: string;
  text: string;
  html: string;
}

interface Part {
  headers: Map<string, string>;
  body: string;
}

const depthMax = 8; // no real mail nests deeper, and the walk is recursive

/** Reads a MIME message (RFC 2045, 2046): its first plain and its first HTML part. Attachments are passed over. */
export function parseRawMessage(bytes: Buffer): RawMessage {
  const message = parsePart(bytes.toString("latin1"));
  const shown = { text: "", html: "" };
  collect(message, shown, 0);
  const recipients = ["to", "cc", "bcc"]
    .map((name) => message.headers.get(name) ?? "")
    .filter((one) => one !== "");
  return {
    from: message.headers.get("from"),
    to: recipients.flatMap(splitAddresses),
    subject: decodeHeader(message.headers.get("subject") ?? ""),
    ...shown,
  };
}

function collect(part: Part, shown: { text: string; html: string }, depth: number): void {
  const contentType = part.headers.get("content-type") ?? "text/plain";
  const kind = contentType.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  if (kind.startsWith("multipart/")) {
    const boundary = parameter(contentType, "boundary");
    if (boundary === undefined || depth >= depthMax) return;
    for (const piece of splitParts(part.body, boundary)) collect(parsePart(piece), shown, depth + 1);
    return;
  }
  if (/^attachment/i.test(part.headers.get("content-disposition") ?? "")) return;
  if (kind === "text/plain" && shown.text === "") shown.text = decodeBody(part, contentType);
  if (kind === "text/html" && shown.html === "") shown.html = decodeBody(part, contentType);
}

function parsePart(source: string): Part {
  const end = /\r?\n\r?\n/.exec(source);
  const head = source.slice(0, end?.index ?? source.length).replace(/\r?\n[ \t]+/g, " ");
  const headers = new Map<string, string>();
  for (const line of head.split(/\r?\n/)) {
    const colon = line.indexOf(":");
    // Headers may be UTF-8 (RFC 6532); the message was read as Latin-1 to keep its bytes.
    const value = Buffer.from(line.slice(colon + 1).trim(), "latin1").toString("utf8");
    if (colon > 0) headers.set(line.slice(0, colon).toLowerCase(), value);
  }
  return { headers, body: end === null ? "" : source.slice(end.index + end[0].length) };
}

function splitParts(body: string, boundary: string): string[] {
  const pieces = `\n${body}`.split(`\n--${boundary}`).slice(1);
  const last = pieces.findIndex((piece) => piece.startsWith("--"));
  const inner = last === -1 ? pieces : pieces.slice(0, last);
  return inner.map((piece) => piece.replace(/^[ \t]*\r?\n/, "").replace(/\r$/, ""));
}

function decodeBody(part: Part, contentType: string): string {
  const encoding = part.headers.get("content-transfer-encoding")?.toLowerCase() ?? "7bit";
  const bytes = decodeTransfer(part.body, encoding);
  return decodeCharset(bytes, parameter(contentType, "charset") ?? "utf-8") ?? bytes.toString("utf8");
}

function decodeTransfer(body: string, encoding: string): Buffer {
  if (encoding === "base64") return Buffer.from(body, "base64");
  return encoding === "quoted-printable" ? decodeQuotedPrintable(body) : Buffer.from(body, "latin1");
}

function parameter(contentType: string, name: string): string | undefined {
  const match = new RegExp(`;\\s*${name}\\s*=\\s*(?:"([^"]*)"|([^\\s;]+))`, "i").exec(contentType);
  return match?.[1] ?? match?.[2];
}

/** Splits an address list at its commas, but not at those inside a quoted name. */
function splitAddresses(list: string): string[] {
  const addresses = list.match(/(?:"(?:[^"\\]|\\.)*"|[^",])+/g) ?? [];
  return addresses.map((address) => address.trim()).filter((address) => address !== "");
}
