import { createHash } from "node:crypto";
import { domainToASCII } from "node:url";
import * as v from "valibot";
import { limits } from "../shared/limits.ts";
import { trim } from "../shared/trim.ts";

// An unquoted dot-atom (RFC 5322 3.2.3) at a domain of at least two labels. Address literals are refused.
const localPart = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const domainLabel = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

// Ignorable characters are shown as nothing, so two addresses with and without one look alike.
const invisible = /\p{Default_Ignorable_Code_Point}/u;
// Before IDNA maps them: it deletes some, and what it makes of others ends a host name in a URL.
const unfitForDomain = /[\0-,/:-@[-`{-\x7f]|\p{Cc}|\p{Default_Ignorable_Code_Point}/u;

/**
 * An email address, in one spelling for all that people type: trimmed, normalised (NFKC), in lower case, its domain in ASCII.
 * Fails with the problem `email`, or `email-invisible` for an address with an invisible character inside.
 */
export const emailSchema = v.pipe(
  v.string(),
  v.transform(normaliseEmail),
  v.check((text) => !invisible.test(text), "email-invisible"),
  v.check(isAddress, "email"),
  v.brand("EmailAddress"),
);

/** Never throws and is idempotent: its result, read again, is itself. */
function normaliseEmail(typed: string): string {
  const text = trim(typed).normalize("NFKC");
  const at = text.lastIndexOf("@");
  return text.slice(0, at + 1).toLowerCase() + asciiDomain(text.slice(at + 1));
}

/**
 * A domain in ASCII and lower case; the domain itself where it has no ASCII form. One that is ASCII already is never converted:
 * the function reads it as the host of a URL (`0x7f.1`, `victim.example/../evil`), and an address must keep its claim whatever
 * the version of Node.
 */
function asciiDomain(domain: string): string {
  if (isAscii(domain)) return domain.toLowerCase();
  if (unfitForDomain.test(domain)) return domain;
  // Before lower-casing, as browsers do it: a final sigma would become another letter.
  return domainToASCII(domain) || domain;
}

const isAscii = (text: string) => /^[\0-\x7f]*$/.test(text);

export type EmailAddress = v.InferOutput<typeof emailSchema>;

function isAddress(text: string): boolean {
  if (text.length > limits.emailMaxCharacters) return false;
  const at = text.lastIndexOf("@");
  const local = text.slice(0, Math.max(at, 0));
  const labels = text.slice(at + 1).split(".");
  return (
    local.length <= limits.emailLocalPartMaxCharacters &&
    localPart.test(local) &&
    labels.length >= 2 &&
    labels.every((label) => domainLabel.test(label)) &&
    !/^\d+$/.test(labels.at(-1) ?? "")
  );
}

/** SHA-256 of an address in lower-case hex. The address is claimed under this key. */
export function hashEmail(email: EmailAddress): string {
  return createHash("sha256").update(email).digest("hex");
}
