import type { Invitation } from "../../core/invitations/invitation.ts";
import type { Invitations } from "../../core/invitations/invitations.ts";
import { keys } from "../../manifest/table-shape.ts";
import type { Table } from "./table.ts";
import type { Write } from "./transact.ts";

/** Invitations in the table, by their hashes. */
export function tableInvitations(table: Table): Invitations {
  return {
    async put({ hash, ...invitation }) {
      // Time-to-live deletes an expired invitation: callers cannot tell it from an unknown one anyway.
      const expiresAt = Math.ceil(invitation.validUntil / 1000);
      await table.put({ Item: { ...keys.invitation(hash), ...invitation, expiresAt } });
    },
    async find(hash) {
      const item = await table.get(keys.invitation(hash));
      if (!item) return undefined;
      const { pk, sk, expiresAt, ...invitation } = item;
      return { hash, ...invitation } as Invitation;
    },
    async revoke(hash) {
      const revoked = await table.delete({ Key: keys.invitation(hash), ReturnValues: "ALL_OLD" });
      return revoked !== undefined;
    },
  };
}

/** The write that spends an invitation for an address, for a transaction. @param now In milliseconds since 1970. */
export const spendInvitation = (hash: string, emailHash: string, now: number) =>
  ({
    Delete: {
      Key: keys.invitation(hash),
      // The first comparison fails for a missing invitation too.
      ConditionExpression: "validUntil > :now AND (attribute_not_exists(emailHash) OR emailHash = :email)",
      ExpressionAttributeValues: { ":now": now, ":email": emailHash },
    },
  }) satisfies Write;
