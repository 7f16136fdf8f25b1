import { createHash } from "node:crypto";
import * as v from "valibot";
import { limits } from "../shared/limits.ts";

// An unquoted dot-atom (RFC 5322 3.2.3) at a domain of at least two labels. Address literals are refused.
const localPart = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const domainLabel = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * An email address, as every contract accepts it. It is trimmed, normalised (NFKC), lower-cased, and only then
 * validated, so that each address is stored in one spelling. Fails with the problem `email`.
 */
export const emailSchema = v.pipe(
  v.string(),
  v.transform((text) => text.trim().normalize("NFKC").toLowerCase()),
  v.check(isAddress, "email"),
  v.brand("EmailAddress"),
);

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
