import { parseArgs } from "node:util";
import * as v from "valibot";
import { type EmailAddress, emailSchema } from "../core/email.ts";
import { isUuid } from "../core/ids.ts";

/** How the command is called. */
export const usage = `Usage: npm run admin -- COMMAND ACCOUNT --table NAME [--endpoint-url URL]

  show       say what state an account is in
  audit      list what has happened to it, newest first
  disable    let nobody in: sessions and tokens end at once
  delete     the same, and tell its owner so; address and name stay taken
  enable     undo either

ACCOUNT is an account's id or its e-mail address.

  --table NAME        the table, which "npm run deploy" prints; or TABLE_NAME
  --endpoint-url URL  such as http://127.0.0.1:4566 for the local runner, whose table is "vestibule"

Account, region and credentials of AWS come from the environment: AWS_PROFILE, AWS_REGION, …`;

/** Something that the user can put right; the message is one line that says how. */
export class UsageError extends Error {}

const names = ["show", "audit", "disable", "enable", "delete"] as const;

export interface Command {
  readonly name: (typeof names)[number];
  /** Whose account. */
  readonly who: { readonly id: string } | { readonly email: EmailAddress };
  readonly table: string;
  readonly endpointUrl?: string;
}

/**
 * Reads arguments and environment variables.
 * @returns undefined if only the usage is asked for.
 * @throws UsageError
 */
export function readCommand(args: readonly string[], variables: NodeJS.ProcessEnv): Command | undefined {
  const { values, positionals } = parse(args);
  if (values.help || args.length === 0) return undefined;
  const [given = "", account = "", ...more] = positionals;
  const name = names.find((one) => one === given);
  if (!name) throw new UsageError(`${quote(given)} is no command: show, audit, disable, enable or delete.`);
  if (more.length > 0) throw new UsageError("One account at a time, please.");
  const table = values.table || variables.TABLE_NAME;
  if (!table) throw new UsageError('Which table? Say --table NAME; the local runner\'s is "vestibule".');
  const endpointUrl = values["endpoint-url"];
  if (endpointUrl !== undefined && !URL.canParse(endpointUrl))
    throw new UsageError("--endpoint-url takes a URL, such as http://127.0.0.1:4566.");
  return { name, who: readAccount(account), table, ...(endpointUrl !== undefined && { endpointUrl }) };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        table: { type: "string" },
        "endpoint-url": { type: "string" },
        help: { type: "boolean", short: "h", default: false },
      },
    });
  } catch (error) {
    const [firstLine] = (error as Error).message.split("\n");
    throw new UsageError(`${firstLine} (npm run admin -- --help shows what there is.)`);
  }
}

function readAccount(text: string): Command["who"] {
  if (isUuid(text)) return { id: text };
  const email = v.safeParse(emailSchema, text);
  if (email.success) return { email: email.output };
  throw new UsageError(
    text === "" ? "Whose account? Give its id or its address." : `${quote(text)} is no id and no address.`,
  );
}

const quote = (text: string) => JSON.stringify(text);
