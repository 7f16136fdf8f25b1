import { kmsCipher } from "../../lib/aws/cipher.ts";
import { tableAccounts } from "../../lib/aws/table/accounts.ts";
import { tableSessions } from "../../lib/aws/table/sessions.ts";
import { openTable } from "../../lib/aws/table/table.ts";
import { variable } from "../../lib/aws/variables.ts";
import { callerLimit } from "../../lib/aws/wiring/caller-limit.ts";
import { siteBrand } from "../../lib/aws/wiring/site.ts";
import { useSession } from "../../lib/core/sessions/use-session.ts";
import { limits } from "../../lib/core/shared/limits.ts";
import { accept, refuse } from "../../lib/core/shared/refusals.ts";
import { endpoint } from "../../lib/handlers/endpoint.ts";
import { sessionOf } from "../../lib/http/dialect.ts";
import { accountPage } from "./dialect.ts";

const table = openTable(variable("TABLE_NAME"));
const clock = Date.now;
const ports = { sessions: tableSessions(table), accounts: tableAccounts(table, clock), clock };
const cipher = kmsCipher(variable("KEY_ARN"));

async function showAccount(session: string) {
  const used = await useSession(ports, session, "form");
  if (!used) return refuse({ code: "not-logged-in" });
  const { account } = used;
  return accept({ account, email: await cipher.decryptEmail(account.id, account.emailCiphertext) });
}

const limit = callerLimit(table, clock, "account-form", limits.ownAccountRequestsPerMinute);

export const handler = endpoint({
  dialect: accountPage,
  limit: { ...limit, credentialOf: sessionOf },
  brand: siteBrand(),
  act: showAccount,
});
