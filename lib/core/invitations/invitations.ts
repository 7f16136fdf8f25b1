import type { Invitation } from "./invitation.ts";

export interface Invitations {
  /** Stores a new invitation. Hashes of random invitations do not meet. */
  put(invitation: Invitation): Promise<void>;
  /** An invitation that is still stored, whether it is in time or not. */
  find(hash: string): Promise<Invitation | undefined>;
  /** Deletes an invitation. @returns whether it was there. */
  revoke(hash: string): Promise<boolean>;
}
