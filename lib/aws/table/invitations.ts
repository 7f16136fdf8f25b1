import { DeleteCommand, GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import type { Invitation } from "../../core/invitations/invitation.ts";
import type { Invitations } from "../../core/invitations/invitations.ts";
import { keys } from "../../manifest/table-shape.ts";
import { call } from "../calls.ts";
import type { Table, Writes } from "./table.ts";

/** Invitations in the table, by their hashes. */
export function tableInvitations(table: Table): Invitations {
  return {
    put: async (invitation) => {
      await call("dynamodb", "PutItem", () => table.client.send(putInvitation(table, invitation)));
    },
    find: async (hash) => {
      const command = new GetCommand({
        TableName: table.name,
        Key: keys.invitation(hash),
        ConsistentRead: true,
      });
      const { Item } = await call("dynamodb", "GetItem", () => table.client.send(command));
      if (!Item) return undefined;
      const { pk, sk, expiresAt, ...invitation } = Item;
      return { hash, ...invitation } as Invitation;
    },
    revoke: async (hash) => {
      const command = new DeleteCommand({
        TableName: table.name,
        Key: keys.invitation(hash),
        ReturnValues: "ALL_OLD",
      });
      const { Attributes } = await call("dynamodb", "DeleteItem", () => table.client.send(command));
      return Attributes !== undefined;
    },
  };
}

/** Time-to-live cleans up what has expired: nobody is told that from what never was. */
function putInvitation(table: Table, { hash, ...invitation }: Invitation): PutCommand {
  const expiresAt = Math.ceil(invitation.validUntil / 1000);
  return new PutCommand({
    TableName: table.name,
    Item: { ...keys.invitation(hash), ...invitation, expiresAt },
  });
}

/** The write that uses an invitation up for an address, for a transaction. `now` is in milliseconds since 1970. */
export function spendInvitation(table: Table, hash: string, emailHash: string, now: number) {
  return {
    Delete: {
      TableName: table.name,
      Key: keys.invitation(hash),
      // Of one that is not there, no time is later than now.
      ConditionExpression: "validUntil > :now AND (attribute_not_exists(emailHash) OR emailHash = :email)",
      ExpressionAttributeValues: { ":now": now, ":email": emailHash },
    },
  } satisfies Writes[number];
}
