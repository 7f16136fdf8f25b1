import { type Aim, clientConfigOf } from "../admin/endpoint.ts";
import { tableAccounts } from "../aws/table/accounts.ts";
import { openClient, openTable, type Table } from "../aws/table/table.ts";
import { type EmailAddress, hashEmail } from "../core/account/email.ts";
import { removeUnverified } from "../core/account-management/remove-unverified.ts";
import { randomIds as ids } from "../core/shared/ids.ts";
import { DependencyFault } from "../core/shared/refusals.ts";
import { StepFailed } from "./site.ts";

/**
 * Deletes a never verified account, as the deployment itself would do days later.
 * @throws StepFailed if the table has no such account, or the account stays, or the table cannot be used.
 */
export async function removeAccount(email: string, tableName: string, aim: Aim): Promise<void> {
  const table = openTable(tableName, openClient(clientConfigOf(aim)));
  try {
    await removeFrom(table, email as EmailAddress);
  } catch (error) {
    if (!(error instanceof DependencyFault)) throw error;
    throw new StepFailed(
      `The table ${tableName} cannot be used (${error.message}). Are --table, --profile and --region right?`,
    );
  } finally {
    table.close();
  }
}

async function removeFrom(table: Table, email: EmailAddress): Promise<void> {
  const accounts = tableAccounts(table, Date.now);
  const find = () => accounts.findIdByEmail(hashEmail(email));
  const id = await find();
  if (id === undefined) throw new StepFailed("The table has no such account. Is it that of this deployment?");
  await removeUnverified({ accounts, ids }, id);
  if ((await find()) !== undefined) throw new StepFailed("The account could not be deleted.");
}
