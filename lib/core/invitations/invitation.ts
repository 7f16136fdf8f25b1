import * as v from "valibot";
import { paths } from "../shared/paths.ts";
import { trim } from "../shared/trim.ts";

/** Whether everybody may sign up, or only callers with an invitation. */
export type SignUpMode = "open" | "by-invitation";

/**
 * An invitation as stored. It is valid once, until it expires, and only for the address that it is bound to, if any.
 */
export interface Invitation {
  /** SHA-256 of the invitation in hex. Only the invitee has the invitation itself. */
  readonly hash: string;
  /** The one address that may sign up with it. */
  readonly emailHash?: string;
  /** Milliseconds since 1970. */
  readonly validUntil: number;
}

/**
 * The invitation field of a sign-up. It accepts every value. A value that is no invitation is not found, and is refused
 * like any invalid invitation. Open sign-ups ignore the field.
 */
export const inviteSchema = v.optional(
  v.pipe(
    v.unknown(),
    v.transform((value) => (typeof value === "string" ? readInvitation(value) : "")),
  ),
);

/** The invitation in a text, in any letter case and with whatever a mail program has put behind it; else the text itself. */
function readInvitation(text: string): string {
  const [found, another] = text.toLowerCase().match(/(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])/g) ?? [];
  return found !== undefined && another === undefined ? found : trim(text).toLowerCase();
}

/** Tells whether a text has the form of an invitation: 128 bits in hex. So none begins like an option of a command. */
export const isInvitation = (text: string) => /^[0-9a-f]{32}$/.test(text);

/** Returns the path of the page that uses an invitation, below the public URL. */
export const invitationPath = (invitation: string) => `${paths.signUp}?invite=${invitation}`;
