import { AwsError } from "../shared/protocol.ts";
import { decodeHeader } from "./mail-headers.ts";

/** An address and its decoded display name, which may be empty. */
export interface Address {
  name: string;
  address: string;
}

/**
 * Reads `address`, `name <address>` or `"name" <address>`.
 * @throws InvalidParameterValue where SES does.
 */
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

/** Reads a display name: a quoted string, or words without special characters of headers. */
function parseName(name: string): string {
  const quoted = /^"((?:[^"\\]|\\.)*)"$/.exec(name)?.[1];
  if (quoted !== undefined) return decodeHeader(quoted.replace(/\\(.)/g, "$1"));
  if (/[()<>[\]:;@\\,"]/.test(name)) throw invalidParameter("Illegal display name: it has to be quoted");
  return decodeHeader(name);
}

/** Formats an address for a reader: `name <address>`, or the address alone. */
export function formatAddress({ name, address }: Address): string {
  return name === "" ? address : `${name} <${address}>`;
}

/** Refuses a header value with control characters other than tab. CR and LF could begin another header. */
export function refuseControls(value: string, what: string): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused.
  if (/[\u0000-\u0008\u000a-\u001f\u007f]/.test(value)) {
    throw invalidParameter(`${what} contains control characters.`);
  }
}

export function invalidParameter(message: string): AwsError {
  return new AwsError("InvalidParameterValue", message);
}

// A dot-atom or quoted string of RFC 5322, and host-name labels. SES requires ASCII in both.
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
