import type { Account } from "../core/account/account.ts";
import { type AccountState, stateOf } from "../core/account/account-state.ts";
import { invitationPath } from "../core/invitations/invitation.ts";
import type { MintedInvitation } from "../core/invitations/issue-invitation.ts";
import type { AuditEntry } from "../core/outbox/audit-trail.ts";
import { limits } from "../core/shared/limits.ts";
import type { DependencyFault } from "../core/shared/refusals.ts";
import type { Command } from "./command-line.ts";

/** Describes an account. Its address is encrypted and not shown. */
export function accountLines(account: Account, liveSessions: number): string {
  const rows = [
    ["state", stateWords(account)],
    ["address", account.isVerified ? "verified" : "not verified"],
    ["contract", account.contract],
    ["role", account.role],
    ["number", account.number ?? "none"],
    ["username", account.username ?? "none"],
    ["created", account.createdAt],
    ["last login", account.lastLoginAt ?? "never"],
    ["live sessions", liveSessions],
  ];
  const lines = rows.map(([name, value]) => `  ${String(name).padEnd(15)}${value}`);
  return [`Account ${account.id}`, ...lines].join("\n");
}

function stateWords(account: Account): string {
  const state = stateOf(account);
  return account.removedAt ? `${state} by an administrator at ${account.removedAt}` : state;
}

/** Lists an account's events, one a line. */
export function auditLines(id: string, entries: readonly AuditEntry[]): string {
  if (entries.length === 0) return `Account ${id} has no events.`;
  const lines = entries.map(({ at, event, sessionId }) =>
    `  ${at}  ${event.padEnd(24)}  ${sessionId ? `session ${sessionId}` : ""}`.trimEnd(),
  );
  return [`Account ${id}, newest first`, ...lines].join("\n");
}

/** Reports an account's new state. */
export function changedLines(id: string, state: AccountState, isChanged: boolean): string {
  if (!isChanged) return `Account ${id} is ${state} already. Nothing was changed.`;
  if (state === "active") return `Account ${id} is active. Its owner can log in again.`;
  return [
    `Account ${id} is ${state}. Its sessions and tokens are no longer valid.`,
    `A service that checks only the signature of access tokens accepts them for at most ${limits.accessTokenMinutes} minutes more.`,
    `To undo this, run: npm run admin -- enable ${id}, with the same options.`,
  ].join("\n");
}

/**
 * Shows an invitation, which is possible only now.
 * @param isBound Whether only one address may use it.
 * @param site The origin of the sign-up page, if there is one.
 */
export function invitationLines(
  { invitation, validUntil }: MintedInvitation,
  isBound: boolean,
  site: string | undefined,
): string {
  const bearer = isBound ? "this address only" : "anybody with the code";
  return [
    `Invitation ${invitation}`,
    ...(site === undefined ? [] : [`  link           ${site}${invitationPath(invitation)}`]),
    `  valid          once, for ${bearer}, until ${new Date(validUntil).toISOString()}`,
    "It is shown only now: the table stores its hash.",
    `To revoke it, run: npm run admin -- revoke-invitation ${invitation} (with the --table or --local of this command)`,
  ].join("\n");
}

/** Explains in a line or two why AWS failed, and how to go on. */
export function explain({ message }: DependencyFault, command: Command): string {
  const where = command.endpointUrl ?? "this AWS account and region";
  const [, words] = causes.find(([kind]) => kind.test(message)) ?? [];
  return `The command failed (${message}).\n${words?.(command.table, where) ?? repeatWords(command)}`;
}

/** Says what a retry does if the first try may have succeeded and only its response was lost. */
function repeatWords(command: Command): string {
  if (command.name !== "invite") return "Try again: this command is safe to repeat.";
  if (command.mail)
    return "The invitation may have been mailed. Another try may mail a second one, and both are valid.";
  return "Try again. If an invitation was made, nobody has seen it, and it expires by itself.";
}

type Words = (table: string, where: string) => string;

const causes: [RegExp, Words][] = [
  [
    /^kms .*(NotFound|AccessDenied)/,
    () => "There is no such key here, or these credentials may not encrypt with it.",
  ],
  [/ResourceNotFound/, (table, where) => `There is no table "${table}" at ${where}.`],
  [/AccessDenied/, (table) => `These credentials may not use the table "${table}".`],
  [
    /Credential|Token|Unrecognized/,
    () => "AWS does not accept these credentials. Check --profile or AWS_PROFILE, or log in again.",
  ],
  [
    /ECONN|ENOTFOUND|Timeout/,
    (_, where) =>
      /127\.0\.0\.1|localhost/.test(where)
        ? `Nothing answers at ${where}. Start the local runner with npm start.`
        : `Nothing answers at ${where}. Is there a network?`,
  ],
];
