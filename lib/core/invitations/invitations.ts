import type { Invitation } from "./invitation.ts";

export interface Invitations {
  /** Stores a new invitation. Hashes of random invitations do not collide. */
  put(invitation: Invitation): Promise<void>;
  /** Finds a stored invitation, whether or not it has expired. */
  find(hash: string): Promise<Invitation | undefined>;
  /**
   * Deletes an invitation.
   * @returns Whether it existed.
   */
  revoke(hash: string): Promise<boolean>;
}
