import type { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { type Need, valuesOf } from "../manifest/variables.ts";
import type { Settings } from "../settings/settings.ts";
import {
  type ItemRight,
  items,
  onCiphertexts,
  onEventBus,
  onHomeListings,
  onHomes,
  onItems,
  onOutbox,
} from "./statements.ts";
import { type Surroundings, sourcesOf } from "./surroundings.ts";

/** What one function may do, and the variables that tell it where. */
export interface Grant {
  readonly statements: PolicyStatement[];
  readonly variables: Readonly<Record<string, string>>;
}

/** What goes with an account by the very change that deletes it, but for the token that asks for that. */
const removedByDeletion = items(
  ["DeleteItem"],
  ["EMAIL#", "IDEMPOTENCY#", "ATTEMPTS#", "OUTBOX#effects#remove-unverified#"],
);

// CDK's grant helpers are not used: they add actions that nothing here calls, such as Scan and ReEncrypt.
const rights: Record<Need, (around: Surroundings) => (ItemRight | PolicyStatement)[]> = {
  "count-callers": () => [items(["UpdateItem"], ["RATE#"])],
  // What comes with a key may be a repeat: its password is held against the account's, and counted.
  "register-accounts": ({ settings }) => [
    items(["PutItem"], ["ACCOUNT#", "EMAIL#", "OUTBOX#mail#", "OUTBOX#effects#"]),
    items(["GetItem", "PutItem"], ["IDEMPOTENCY#"]),
    items(["GetItem"], ["ACCOUNT#"]),
    items(["GetItem", "PutItem", "DeleteItem"], ["ATTEMPTS#"]),
    ...whereInvited(settings, items(["GetItem", "DeleteItem"], ["INVITATION#"])),
  ],
  // Their owner's mail is one of those that a registration may owe.
  "hide-taken-emails": () => [],
  "know-contracts": () => [],
  "hold-homes": () => [items(["PutItem"], ["HOME#"])],
  "claim-usernames": () => [items(["PutItem"], ["USERNAME#"])],
  "log-in": () => [
    items(["GetItem", "PutItem", "DeleteItem"], ["ATTEMPTS#"]),
    items(["GetItem", "UpdateItem"], ["ACCOUNT#"]),
    items(["GetItem"], ["EMAIL#", "USERNAME#"]),
    items(["PutItem"], ["OUTBOX#effects#"]),
  ],
  "begin-sessions": () => [items(["PutItem"], ["SESSION#"])],
  "use-sessions": () => [items(["GetItem", "UpdateItem"], ["SESSION#"])],
  "rotate-sessions": () => [
    items(["GetItem", "UpdateItem", "DeleteItem"], ["SESSION#"]),
    items(["GetItem", "ConditionCheckItem"], ["ACCOUNT#"]),
    // The notice of a session that was ended for its reuse.
    items(["PutItem"], ["OUTBOX#mail#"]),
  ],
  "end-sessions": () => [items(["GetItem", "DeleteItem"], ["SESSION#"])],
  // All of them end by a change of the account.
  "manage-sessions": () => [
    items(["Query", "GetItem", "DeleteItem"], ["SESSION#"]),
    items(["UpdateItem"], ["ACCOUNT#"]),
  ],
  "list-sessions": () => [items(["Query"], ["SESSION#"])],
  // Sessions and tokens of those that are gone; and those that were never verified, by the same change as an owner's deletion.
  "remove-accounts": () => [
    items(["Query", "DeleteItem"], ["SESSION#", "TOKENS#"]),
    items(["DeleteItem"], ["TOKEN#"]),
    items(["PutItem"], ["ACCOUNT#", "OUTBOX#effects#"]),
    removedByDeletion,
  ],
  "keep-audit-trails": () => [items(["Query", "PutItem", "DeleteItem"], ["AUDIT#"])],
  "read-audit-trails": () => [items(["Query"], ["AUDIT#"])],
  "publish-events": ({ storage, settings }) => onEventBus(storage, settings.events),
  "take-numbers": () => [items(["UpdateItem"], ["COUNTER#"])],
  "encrypt-emails": ({ storage }) => [onCiphertexts(storage, "Encrypt", "email")],
  "decrypt-emails": ({ storage }) => [onCiphertexts(storage, "Decrypt", "email")],
  "read-accounts": () => [items(["GetItem"], ["ACCOUNT#"])],
  "look-up-emails": () => [items(["GetItem"], ["EMAIL#"])],
  "change-profiles": () => [items(["UpdateItem"], ["ACCOUNT#"])],
  // The password is asked for; a tombstone is put over the account.
  "delete-accounts": () => [
    items(["GetItem", "PutItem", "DeleteItem"], ["ATTEMPTS#"]),
    items(["PutItem"], ["ACCOUNT#", "OUTBOX#effects#", "OUTBOX#mail#"]),
    removedByDeletion,
  ],
  "use-email-tokens": () => [
    items(["GetItem"], ["TOKEN#", "ACCOUNT#"]),
    items(["PutItem"], ["ACCOUNT#", "OUTBOX#effects#"]),
    items(["UpdateItem"], ["ACCOUNT#"]),
    items(["DeleteItem"], ["TOKEN#"]),
    removedByDeletion,
  ],
  "reset-passwords": () => [
    items(["GetItem"], ["TOKEN#", "ACCOUNT#"]),
    items(["UpdateItem"], ["ACCOUNT#"]),
    items(["DeleteItem"], ["TOKEN#", "ATTEMPTS#"]),
    items(["PutItem"], ["OUTBOX#mail#", "OUTBOX#effects#"]),
  ],
  "change-passwords": () => [
    items(["GetItem", "PutItem", "DeleteItem"], ["ATTEMPTS#"]),
    items(["UpdateItem"], ["ACCOUNT#", "SESSION#"]),
    items(["PutItem"], ["OUTBOX#mail#", "OUTBOX#effects#"]),
  ],
  // Nothing is claimed: these may put no claim.
  "request-email-changes": () => [
    items(["GetItem", "PutItem", "DeleteItem"], ["ATTEMPTS#"]),
    items(["UpdateItem"], ["ACCOUNT#"]),
    items(["PutItem"], ["OUTBOX#mail#"]),
  ],
  "confirm-email-changes": () => [
    items(["GetItem", "PutItem", "DeleteItem"], ["ATTEMPTS#", "EMAIL#"]),
    items(["GetItem", "DeleteItem"], ["TOKEN#"]),
    items(["GetItem", "UpdateItem"], ["ACCOUNT#"]),
    items(["UpdateItem"], ["SESSION#"]),
    items(["PutItem"], ["OUTBOX#mail#", "OUTBOX#effects#"]),
  ],
  "cancel-email-changes": () => [
    items(["GetItem", "DeleteItem"], ["TOKEN#"]),
    items(["GetItem", "UpdateItem"], ["ACCOUNT#"]),
  ],
  "mint-email-tokens": ({ settings }) => [
    items(["PutItem"], ["TOKEN#", "TOKENS#"]),
    ...whereInvited(settings, items(["PutItem"], ["INVITATION#"])),
  ],
  "queue-mail": () => [items(["PutItem"], ["OUTBOX#mail#"])],
  "budget-mail": () => [items(["UpdateItem"], ["RATE#"])],
  "work-mail-jobs": ({ storage }) => onOutbox(storage, "mail"),
  "work-effect-jobs": ({ storage }) => onOutbox(storage, "effects"),
  "send-mail": ({ sender }) => [sender.statement],
  "show-pages": () => [],
  "keep-homes": ({ storage }) => [items(["PutItem", "DeleteItem"], ["HOME#"]), ...onHomes(storage)],
  "list-homes": ({ storage }) => [onHomeListings(storage)],
  "read-signing-keys": () => [items(["Query"], ["SIGNING_KEY"])],
  "rotate-signing-keys": ({ storage }) => [
    items(["Query", "PutItem", "DeleteItem"], ["SIGNING_KEY"]),
    onCiphertexts(storage, "Encrypt", "signing-key"),
  ],
  "name-issuer": () => [],
  "sign-tokens": ({ storage }) => [
    items(["Query"], ["SIGNING_KEY"]),
    onCiphertexts(storage, "Decrypt", "signing-key"),
  ],
  "verify-tokens": () => [items(["Query"], ["SIGNING_KEY"]), items(["GetItem"], ["ACCOUNT#", "SESSION#"])],
};

/** A right that is of use only where sign-ups are by invitation. */
function whereInvited({ signUp }: Settings, right: ItemRight): ItemRight[] {
  return signUp === "by-invitation" ? [right] : [];
}

const isItemRight = (right: ItemRight | PolicyStatement): right is ItemRight => "prefixes" in right;
const isStatement = (right: ItemRight | PolicyStatement): right is PolicyStatement => !isItemRight(right);

/** Turns a function's needs into its rights and its variables; what no need asks for, it does not get. */
export function grant(needs: readonly Need[], around: Surroundings): Grant {
  const all = needs.flatMap((need) => rights[need](around));
  return {
    statements: [...onItems(around.storage, all.filter(isItemRight)), ...all.filter(isStatement)],
    variables: valuesOf(needs, sourcesOf(around)),
  };
}
