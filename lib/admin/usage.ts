import { limits } from "../core/shared/limits.ts";

/** Help on the options that locate a deployment, for every command that works on one. */
export const aimUsage = `  --profile NAME      the profile of your AWS configuration; or AWS_PROFILE
  --region NAME       the region; or AWS_REGION, or the region of the profile
  --endpoint-url URL  an endpoint other than Amazon's, such as http://127.0.0.1:4566 of the local runner`;

interface CommandHelp {
  /** The argument that the command takes. */
  readonly takes?: string;
  readonly does: string;
  readonly example: string;
}

/** Help for each command, in the order in which it is listed. */
export const commands = {
  show: {
    takes: "ID_OR_EMAIL",
    does: "show the state of an account",
    example: "show ada@example.com --local",
  },
  audit: {
    takes: "ID_OR_EMAIL",
    does: `list the newest ${limits.auditEntries} events of an account`,
    example: "audit ada@example.com --local",
  },
  disable: {
    takes: "ID_OR_EMAIL",
    does: "end all sessions of an account and refuse its logins",
    example: "disable ada@example.com --table NAME",
  },
  delete: {
    takes: "ID_OR_EMAIL",
    does: "disable an account, and say at its login that it was deleted; its address stays taken",
    example: "delete ada@example.com --table NAME",
  },
  enable: {
    takes: "ID_OR_EMAIL",
    does: "undo disable or delete; ended sessions do not come back",
    example: "enable ada@example.com --table NAME --stage dev",
  },
  invite: {
    does: "make an invitation, if sign-ups are by invitation only",
    example: "invite --email ada@example.com --days 30 --local",
  },
  "revoke-invitation": {
    takes: "CODE",
    does: "revoke an unused invitation",
    example: "revoke-invitation 0123456789abcdef0123456789abcdef --local",
  },
  "adopt-table": {
    does: "prepare a restored or kept table for a new stack: stream, time to live, backups",
    example: "adopt-table --table vestibule-restored",
  },
} as const satisfies Record<string, CommandHelp>;

export type CommandName = keyof typeof commands;

const rows: readonly (readonly [string, CommandHelp])[] = Object.entries(commands);

const options = `  --local             the local runner: its endpoint, table and key; AWS_PORT and PORT say where it listens
  --table NAME        the table, which "npm run deploy" prints; or TABLE_NAME
  --stage NAME        use the settings of this stage in cdk.json: for enable, invite and adopt-table; --table is still needed
${aimUsage}`;

const inviteUsage = `  --email ADDRESS     only this address may use it
  --days NUMBER       how long it is valid: ${limits.invitationDays} by default, at most ${limits.invitationDaysMost}
  --public-url URL    where the sign-up page is, if cdk.json does not say
  --send              mail it to that address and do not show it
  --language TAG      the language of the mail, such as pt-BR; en by default
  --key ARN           the key that encrypts the address, which "npm run deploy" prints; or KEY_ARN`;

/** How the administration is called. */
export const usage = `Usage: npm run admin -- COMMAND [OPTIONS]

${rows.map(([name, { takes, does }]) => `  ${[name, takes].join(" ").padEnd(31)}${does}`).join("\n")}

${options}

Options of invite:

${inviteUsage}

"npm run admin -- COMMAND --help" shows an example of a command.`;

/** How one command is called, with an example. */
export function usageOf(name: CommandName): string {
  const { takes, does, example }: CommandHelp = commands[name];
  return [
    `Usage: npm run admin -- ${[name, ...(takes ? [takes] : [])].join(" ")} [OPTIONS]`,
    `${does.charAt(0).toUpperCase()}${does.slice(1)}.`,
    `Example: npm run admin -- ${example}`,
    name === "invite" ? `${inviteUsage}\n${options}` : options,
  ].join("\n\n");
}

/** A mistake that the user can correct. The message is one line that says how. */
export class UsageError extends Error {}

/** Quotes the user's text in a message, on one line. */
export const quote = (text: string) => JSON.stringify(text);
