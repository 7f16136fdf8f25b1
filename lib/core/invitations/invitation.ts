import * as v from "valibot";
import { paths } from "../shared/paths.ts";

/** Who may sign up: everybody, or who brings an invitation. */
export type SignUpMode = "open" | "by-invitation";

/** An invitation as stored: it counts once, in time, and only for one address if it is bound to that. */
export interface Invitation {
  /** SHA-256 of the invitation in hex. The invitation itself is with whom it was given to, and nowhere else. */
  readonly hash: string;
  /** The one address that may sign up with it. */
  readonly emailHash?: string;
  /** Milliseconds since 1970. */
  readonly validUntil: number;
}

/**
 * What a sign-up brings for an invitation. Nothing is wrong with it here, whatever it is: what is no invitation is found
 * nowhere, and is answered like any other that does not count. Where sign-ups are open it is not looked at.
 */
export const inviteSchema = v.optional(
  v.pipe(
    v.unknown(),
    v.transform((value) => (typeof value === "string" ? value.trim().toLowerCase() : "")),
  ),
);

/** Whether a text has the form of an invitation: 128 bits in hex, so that none begins like an option of a command. */
export const isInvitation = (text: string) => /^[0-9a-f]{32}$/.test(text);

/** The page where an invitation is used, below the public URL. */
export const invitationPath = (invitation: string) => `${paths.signUp}?invite=${invitation}`;
