import { AwsError } from "../shared/protocol.ts";
import { decodeHeader } from "./mail-headers.ts";

/** An address and its display name (decoded, empty if there is none). */
export interface Address {
  name: string;
  address: string;
}

/** Reads `address`, `name <address>` or `"name" <address>`. Throws `InvalidParameterValue` where SES would. */
export function parseAddress(value: string): Address {
  refuseControls(value, "Address");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the edge of ASCII.
  if (/[^\u0000-\u007f]/.test(value)) throw invalidParameter("Address contains non-ASCII characters");
  const match = /^(?:(?<name>.*)<(?<angled>[^<>]*)>\s*|(?<bare>[^<>]*))$/.exec(value)?.groups;
  if (match === undefined) throw invalidParameter("Illegal address");
  const address = (match.angled ?? match.bare ?? "").trim();
  checkAddress(address);
  return { name: parseName((match.name ?? "").trim()), address };
}

/** Reads a display name: a quoted string, or words without the characters that mean something in a header. */
function parseName(name: string): string {
  const quoted = /^"((?:[^"\\]|\\.)*)"$/.exec(name)?.[1];
  if (quoted !== undefined) return decodeHeader(quoted.replace(/\\(.)/g, "$1"));
  if (/[()<>[\]:;@\\,"]/.test(name)) throw invalidParameter("Illegal display name: it has to be quoted");
  return decodeHeader(name);
}

/** Writes an address for a reader: `name <address>`, or the address alone. */
export function formatAddress({ name, address }: Address): string {
  return name === "" ? address : `${name} <${address}>`;
}

/** Refuses a header value that could begin another header (CR, LF) or holds other control characters but tab. */
export function refuseControls(value: string, what: string): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused.
  if (/[\u0000-\u0008\u000a-\u001f\u007f]/.test(value)) {
    throw invalidParameter(`${what} contains control characters.`);
  }
}

/** SES's refusal of a parameter. */
export function invalidParameter(message: string): AwsError {
  return new AwsError("InvalidParameterValue", message);
}

// The local part as RFC 5322's dot-atom or quoted string; the domain as host-name labels. SES wants ASCII in both.
const localPart = /^(?:[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*|"(?:[^"\\]|\\.)+")$/;
const domainName =
  /^(?=.{1,255}$)[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?(?:\.[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?)+$/i;

function checkAddress(address: string): void {
  const at = address.lastIndexOf("@");
  if (at < 1) throw invalidParameter("Missing final '@domain'");
  const local = address.slice(0, at);
  if (local.length > 64 || !localPart.test(local)) throw invalidParameter("Local address is illegal");
  if (!domainName.test(address.slice(at + 1))) throw invalidParameter("Domain is illegal");
}
