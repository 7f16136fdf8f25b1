import * as v from "valibot";
import { type EmailAddress, emailSchema } from "../core/account/email.ts";
import { isInvitation } from "../core/invitations/invitation.ts";
import { isUuid } from "../core/shared/ids.ts";
import { readArguments } from "./arguments.ts";
import type { Aim } from "./endpoint.ts";
import { type InviteChoices, inviteOptions, readInvite } from "./invite-options.ts";
import { localArguments } from "./local-runner.ts";
import { type CommandName, commands, quote, UsageError, usage, usageOf } from "./usage.ts";

interface Target extends Aim {
  readonly table: string;
}

const accountCommands = ["show", "audit", "disable", "enable", "delete"] as const;

/** A command that shows or changes an account. */
export interface AccountCommand extends Target {
  readonly name: (typeof accountCommands)[number];
  /** The account, by its id or its owner's address. */
  readonly who: { readonly id: string } | { readonly email: EmailAddress };
}

/** The command that makes an invitation. */
export interface InviteCommand extends Target, InviteChoices {
  readonly name: "invite";
}

/** The command that revokes an invitation. */
export interface RevokeCommand extends Target {
  readonly name: "revoke-invitation";
  readonly invitation: string;
}

/** The command that prepares an existing table for a stack. */
interface AdoptCommand extends Target {
  readonly name: "adopt-table";
}

export type Command = AccountCommand | InviteCommand | RevokeCommand | AdoptCommand;

const options = { table: { type: "string" }, local: { type: "boolean" }, ...inviteOptions } as const;

const names = Object.keys(commands) as CommandName[];

/** The help of the command that arguments name, or of all. */
export function usageFor(args: readonly string[]): string {
  const name = names.find((one) => args.includes(one));
  return name ? usageOf(name) : usage;
}

/**
 * Reads a command from the arguments and environment variables.
 * @returns undefined if the user asks for the usage.
 * @throws UsageError
 */
export function readCommand(args: readonly string[], given: NodeJS.ProcessEnv): Command | undefined {
  const read = args.length > 0 && readArguments("admin", args, options, true);
  if (!read) return undefined;
  // `--local` sets values of its own; only given options are refused.
  const { positionals, values: asGiven } = read;
  const { aim, values, variables } = asGiven.local
    ? localArguments(read, given)
    : { ...read, variables: given };
  const [word = "", subject = "", ...more] = positionals;
  const name = names.find((one) => one === word);
  if (!name) throw new UsageError(`${quote(word)} is not a command. The commands are ${names.join(", ")}.`);
  if (more.length > 0) throw new UsageError("Name one account at a time.");
  const target = { ...aim, table: readTable(values.table, variables) };
  if (name === "invite") {
    if (subject !== "") throw new UsageError("invite takes options only, such as --email ada@example.com.");
    return { name, ...target, ...readInvite(values, variables) };
  }
  const foreign = Object.keys(inviteOptions).find((option) => option in asGiven);
  if (foreign) throw new UsageError(`--${foreign} goes with invite, not with ${name}.`);
  if (name === "adopt-table") {
    if (subject !== "") throw new UsageError("adopt-table takes the table by --table NAME only.");
    return { name, ...target };
  }
  if (name === "revoke-invitation") return { name, ...target, invitation: readInvitation(subject) };
  return { name, ...target, who: readAccount(subject) };
}

function readTable(given: string | undefined, variables: NodeJS.ProcessEnv): string {
  const table = given || variables.TABLE_NAME;
  if (!table) throw new UsageError("Which table? Say --table NAME, or --local for the local runner.");
  return table;
}

function readAccount(text: string): AccountCommand["who"] {
  if (isUuid(text)) return { id: text };
  const email = v.safeParse(emailSchema, text);
  if (email.success) return { email: email.output };
  throw new UsageError(
    text === ""
      ? "Which account? Give its id or its email address."
      : `${quote(text)} is neither an account id nor an email address.`,
  );
}

function readInvitation(text: string): string {
  if (isInvitation(text)) return text;
  throw new UsageError("Which invitation? Give the 32 digits and letters as they were printed.");
}
