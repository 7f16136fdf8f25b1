import { tableAccounts } from "../aws/table/accounts.ts";
import { adoptTable } from "../aws/table/adopt-table.ts";
import { tableAuditTrail } from "../aws/table/audit-trail.ts";
import { tableSessions } from "../aws/table/sessions.ts";
import { openClient, openTable, type Table } from "../aws/table/table.ts";
import type { AccountState } from "../core/account/account-state.ts";
import type { Accounts } from "../core/account/accounts.ts";
import { hashEmail } from "../core/account/email.ts";
import { setState } from "../core/account-management/administer.ts";
import type { AuditTrail } from "../core/outbox/audit-trail.ts";
import { isLive } from "../core/sessions/session.ts";
import type { Sessions } from "../core/sessions/sessions.ts";
import { randomIds as ids } from "../core/shared/ids.ts";
import { limits } from "../core/shared/limits.ts";
import { DependencyFault } from "../core/shared/refusals.ts";
import { type Settings, SettingsError } from "../settings/settings.ts";
import { readSettingsFile } from "../settings/settings-file.ts";
import { UnknownStage } from "../settings/stages.ts";
import { adoptedLines, adoptionProblems } from "./adopt-words.ts";
import { type AccountCommand, type Command, readCommand, usageFor } from "./command-line.ts";
import { isOfThisMachine } from "./endpoint.ts";
import { invite, revokeInvitation } from "./invite.ts";
import { locate, placeOf } from "./place.ts";
import { UsageError } from "./usage.ts";
import { accountLines, auditLines, changedLines, explain } from "./words.ts";

type Output = Pick<Console, "log" | "error">;

interface Ports {
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly audit: AuditTrail;
}

const stateAfter: Record<Exclude<AccountCommand["name"], "show" | "audit">, AccountState> = {
  disable: "disabled",
  enable: "active",
  delete: "deleted",
};

/**
 * Runs one administration command.
 * @param variables The environment, which the SDK reads. `--profile`, `--region` and `--endpoint-url` are set in it.
 * @param readSettings Reads the deployment's settings, for commands that depend on them.
 * @returns the exit code: 0 if the command succeeded, 1 if it failed, 2 if it was not understood.
 */
export async function runAdmin(
  args: readonly string[],
  variables: NodeJS.ProcessEnv,
  output: Output,
  readSettings: (stage?: string) => Settings = readSettingsFile,
): Promise<number> {
  let command: Command | undefined;
  try {
    command = readCommand(args, variables);
    if (!command) return say(output.log, usageFor(args), 0);
    refuseUnknownStage(command.stage, readSettings);
    aim(command, variables);
    return await run(command, output, readSettings);
  } catch (error) {
    if (error instanceof UsageError || error instanceof SettingsError)
      return say(output.error, error.message, 2);
    if (!(command && error instanceof DependencyFault)) throw error;
    return say(output.error, (await missingFor(command)) ?? explain(error, command), 1);
  }
}

/** Says in one line which region, profile or credentials are missing. @returns undefined if nothing is. */
async function missingFor({ profile }: Command): Promise<string | undefined> {
  try {
    await locate(openClient(), profile);
    return undefined;
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
}

/** Refuses a stage that cdk.json does not have. Other mistakes of the settings concern only the commands that read them. */
function refuseUnknownStage(stage: string | undefined, readSettings: (stage?: string) => Settings): void {
  try {
    if (stage !== undefined) readSettings(stage);
  } catch (error) {
    if (error instanceof UnknownStage || !(error instanceof SettingsError)) throw error;
  }
}

/** Points the SDK at the deployment. An endpoint on this machine gets placeholders instead of real credentials. */
function aim({ endpointUrl, ...given }: Command, variables: NodeJS.ProcessEnv): void {
  const { profile, region } = placeOf(given, variables);
  if (profile !== undefined) variables.AWS_PROFILE = profile;
  if (region !== undefined) variables.AWS_REGION = region;
  if (endpointUrl === undefined) return;
  variables.AWS_ENDPOINT_URL = endpointUrl;
  if (!isOfThisMachine(endpointUrl)) return;
  delete variables.AWS_PROFILE;
  delete variables.AWS_SESSION_TOKEN;
  variables.AWS_REGION = given.region ?? "us-east-1";
  variables.AWS_ACCESS_KEY_ID = "local";
  variables.AWS_SECRET_ACCESS_KEY = "local";
}

async function run(
  command: Command,
  output: Output,
  readSettings: (stage?: string) => Settings,
): Promise<number> {
  if (command.name === "adopt-table") return await adopt(command, output);
  const table = openTable(command.table);
  try {
    if (command.name === "invite")
      return say(output.log, await invite(table, command, readSettings(command.stage)), 0);
    if (command.name !== "revoke-invitation") return await runOnAccount(table, command, output, readSettings);
    const isRevoked = await revokeInvitation(table, command);
    return isRevoked ? say(output.log, revoked, 0) : say(output.error, unknownInvitation, 1);
  } finally {
    table.close();
  }
}

async function adopt({ table, stage }: Command, output: Output): Promise<number> {
  const adoption = await adoptTable(table);
  if (!adoption.ok) return say(output.error, adoptionProblems[adoption.problem], 1);
  return say(output.log, adoptedLines(table, adoption, stage), 0);
}

async function runOnAccount(
  table: Table,
  { name, who, stage }: AccountCommand,
  output: Output,
  readSettings: (stage?: string) => Settings,
): Promise<number> {
  const ports = {
    accounts: tableAccounts(table, Date.now),
    sessions: tableSessions(table),
    audit: tableAuditTrail(table),
  };
  const id = "id" in who ? who.id : await ports.accounts.findIdByEmail(hashEmail(who.email));
  if (id === undefined) return say(output.error, "No account has this address.", 1);
  if (name === "show") return await show(ports, id, output);
  if (name === "audit") return await audit(ports, id, output);
  const state = stateAfter[name];
  // Only `enable` reads the settings, so that an administrator can disable an account even if they are broken.
  const removeUnverifiedAfterDays = name === "enable" ? readSettings(stage).removeUnverifiedAfterDays : 0;
  const administration = { accounts: ports.accounts, ids, clock: Date.now, removeUnverifiedAfterDays };
  const isChanged = await setState(administration, id, state);
  if (isChanged === undefined) return say(output.error, unknown, 1);
  return say(output.log, changedLines(id, state, isChanged), 0);
}

async function show({ accounts, sessions }: Ports, id: string, output: Output) {
  const account = await accounts.find(id);
  if (!account) return say(output.error, unknown, 1);
  const live = (await sessions.list(id)).filter((session) => isLive(session, account, Date.now()));
  return say(output.log, accountLines(account, live.length), 0);
}

async function audit({ accounts, audit: trail }: Ports, id: string, output: Output) {
  if (!(await accounts.find(id))) return say(output.error, unknown, 1);
  return say(output.log, auditLines(id, await trail.list(id, limits.auditEntries)), 0);
}

const revoked = "The invitation is revoked. Nobody can sign up with it.";
// An administrator who revokes an invitation needs to know that it may have been used.
const unknownInvitation = "There is no such invitation. It may have been used or revoked, or it has expired.";
const unknown = "There is no such account, or its owner has deleted it.";

function say(print: (text: string) => void, text: string, exitCode: number): number {
  print(text);
  return exitCode;
}
