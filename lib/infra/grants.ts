import type { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { eventSourceOf } from "../manifest/stage-names.ts";
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

/** One function's policy statements and variables. */
export interface Grant {
  readonly statements: PolicyStatement[];
  readonly variables: Readonly<Record<string, string>>;
}

/** Items that are removed in one transaction with their account. The token of such a request is not among them. */
const removedByDeletion = items(
  ["DeleteItem"],
  ["email-claim", "idempotency-record", "attempts", "unverified-removal"],
);

// CDK's grant helpers would add actions that no function calls, such as Scan and ReEncrypt.
const rights: Record<Need, (around: Surroundings) => (ItemRight | PolicyStatement)[]> = {
  "count-callers": () => [items(["UpdateItem"], ["rate-window"])],
  // A request with an idempotency key may be a retry. Its password is compared with the account's, which counts as an attempt.
  "register-accounts": ({ settings }) => [
    items(["PutItem"], ["account", "email-claim", "mail-job", "effects-job"]),
    items(["GetItem", "PutItem"], ["idempotency-record"]),
    items(["GetItem"], ["account"]),
    items(["GetItem", "PutItem", "DeleteItem"], ["attempts"]),
    ...whereInvited(settings, items(["GetItem", "DeleteItem"], ["invitation"])),
  ],
  // A registration may queue mail jobs anyway, so the message to a taken address's owner needs no further right.
  "hide-taken-emails": () => [],
  "know-contracts": () => [],
  "hold-homes": () => [items(["PutItem"], ["home-claim"])],
  "claim-usernames": () => [items(["PutItem"], ["username-claim"])],
  "log-in": () => [
    items(["GetItem", "PutItem", "DeleteItem"], ["attempts"]),
    items(["GetItem", "UpdateItem"], ["account"]),
    items(["GetItem"], ["email-claim", "username-claim"]),
    items(["PutItem"], ["effects-job"]),
  ],
  "begin-sessions": () => [items(["PutItem", "DeleteItem"], ["session"])],
  "use-sessions": () => [items(["GetItem", "UpdateItem"], ["session"])],
  "rotate-sessions": () => [
    items(["GetItem", "UpdateItem", "DeleteItem"], ["session"]),
    items(["GetItem", "ConditionCheckItem"], ["account"]),
    // The notice about a session that ended because its refresh token was reused.
    items(["PutItem"], ["mail-job"]),
  ],
  "end-sessions": () => [items(["GetItem", "DeleteItem"], ["session"])],
  // Ending all sessions is a change of the account.
  "manage-sessions": () => [
    items(["Query", "GetItem", "DeleteItem"], ["session"]),
    items(["UpdateItem"], ["account"]),
  ],
  "list-sessions": () => [items(["Query"], ["session"])],
  // For sessions and tokens of deleted accounts, and for deleting never verified accounts as an owner would.
  "remove-accounts": () => [
    items(["Query", "DeleteItem"], ["session", "token-pointer"]),
    items(["DeleteItem"], ["token"]),
    items(["PutItem"], ["account", "effects-job"]),
    removedByDeletion,
  ],
  "keep-audit-trails": () => [items(["Query", "PutItem", "DeleteItem"], ["audit-entry"])],
  "read-audit-trails": () => [items(["Query"], ["audit-entry"])],
  "publish-events": ({ storage, settings }) =>
    onEventBus(storage, settings.events, eventSourceOf(settings.stage)),
  "take-numbers": () => [items(["UpdateItem"], ["counter"])],
  "encrypt-emails": ({ storage }) => [onCiphertexts(storage, "Encrypt", "email")],
  "decrypt-emails": ({ storage }) => [onCiphertexts(storage, "Decrypt", "email")],
  "read-accounts": () => [items(["GetItem"], ["account"])],
  "look-up-emails": () => [items(["GetItem"], ["email-claim"])],
  "change-profiles": () => [items(["UpdateItem"], ["account"])],
  // Deletion checks the password, and puts a tombstone over the account.
  "delete-accounts": () => [
    items(["GetItem", "PutItem", "DeleteItem"], ["attempts"]),
    items(["PutItem"], ["account", "effects-job", "mail-job"]),
    removedByDeletion,
  ],
  "use-email-tokens": () => [
    items(["GetItem"], ["token", "account"]),
    items(["PutItem"], ["account", "effects-job"]),
    items(["UpdateItem"], ["account"]),
    items(["DeleteItem"], ["token"]),
    removedByDeletion,
  ],
  "reset-passwords": () => [
    items(["GetItem"], ["token", "account"]),
    items(["UpdateItem"], ["account"]),
    items(["DeleteItem"], ["token", "attempts"]),
    items(["PutItem"], ["mail-job", "effects-job"]),
  ],
  "change-passwords": () => [
    items(["GetItem", "PutItem", "DeleteItem"], ["attempts"]),
    items(["UpdateItem"], ["account", "session"]),
    items(["PutItem"], ["mail-job", "effects-job"]),
  ],
  // A request does not claim the new address, so it gets no right to put a claim.
  "request-email-changes": () => [
    items(["GetItem", "PutItem", "DeleteItem"], ["attempts"]),
    items(["UpdateItem"], ["account"]),
    items(["PutItem"], ["mail-job"]),
  ],
  "confirm-email-changes": () => [
    items(["GetItem", "PutItem", "DeleteItem"], ["attempts", "email-claim"]),
    items(["GetItem", "DeleteItem"], ["token"]),
    items(["GetItem", "UpdateItem"], ["account"]),
    items(["UpdateItem"], ["session"]),
    items(["PutItem"], ["mail-job", "effects-job"]),
  ],
  "cancel-email-changes": () => [
    items(["GetItem", "DeleteItem"], ["token"]),
    items(["GetItem", "UpdateItem"], ["account"]),
  ],
  "mint-email-tokens": ({ settings }) => [
    items(["PutItem"], ["token", "token-pointer"]),
    ...whereInvited(settings, items(["PutItem"], ["invitation"])),
  ],
  "queue-mail": () => [items(["PutItem"], ["mail-job"])],
  "budget-mail": () => [items(["UpdateItem"], ["rate-window"])],
  "work-mail-jobs": ({ storage }) => onOutbox(storage, "mail"),
  "work-effect-jobs": ({ storage }) => onOutbox(storage, "effects"),
  "send-mail": ({ sender }) => [sender.statement],
  "show-pages": () => [],
  "keep-homes": ({ storage }) => [items(["PutItem", "DeleteItem"], ["home-claim"]), ...onHomes(storage)],
  "list-homes": ({ storage }) => [onHomeListings(storage)],
  "read-signing-keys": () => [items(["Query"], ["signing-key"])],
  "rotate-signing-keys": ({ storage }) => [
    items(["Query", "PutItem", "DeleteItem"], ["signing-key"]),
    onCiphertexts(storage, "Encrypt", "signing-key"),
  ],
  "name-issuer": () => [],
  "sign-tokens": ({ storage }) => [
    items(["Query"], ["signing-key"]),
    onCiphertexts(storage, "Decrypt", "signing-key"),
  ],
  "verify-tokens": () => [items(["Query"], ["signing-key"]), items(["GetItem"], ["account", "session"])],
};

/** A right that functions need only if sign-ups are by invitation. */
function whereInvited({ signUp }: Settings, right: ItemRight): ItemRight[] {
  return signUp === "by-invitation" ? [right] : [];
}

const isItemRight = (right: ItemRight | PolicyStatement): right is ItemRight => "types" in right;
const isStatement = (right: ItemRight | PolicyStatement): right is PolicyStatement => !isItemRight(right);

/** Turns a function's needs into its policy statements and variables. The function gets nothing else. */
export function grant(needs: readonly Need[], around: Surroundings): Grant {
  const all = needs.flatMap((need) => rights[need](around));
  return {
    statements: [...onItems(around.storage, all.filter(isItemRight)), ...all.filter(isStatement)],
    variables: valuesOf(needs, sourcesOf(around)),
  };
}
