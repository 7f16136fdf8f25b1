import { tableAccounts } from "../../lib/aws/accounts.ts";
import { kmsCipher } from "../../lib/aws/cipher.ts";
import { callerLimit } from "../../lib/aws/limiter.ts";
import { tableSessions } from "../../lib/aws/sessions.ts";
import { siteBrand } from "../../lib/aws/site.ts";
import { openTable } from "../../lib/aws/table.ts";
import { variable } from "../../lib/aws/variables.ts";
import { useSession } from "../../lib/core/sessions/use-session.ts";
import { limits } from "../../lib/core/shared/limits.ts";
import { accept, refuse } from "../../lib/core/shared/refusals.ts";
import { sessionOf } from "../../lib/http/contract.ts";
import { endpoint } from "../../lib/http/endpoint.ts";
import { accountPage } from "./wire.ts";

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
  contract: accountPage,
  limit: { ...limit, credentialOf: sessionOf },
  brand: siteBrand(),
  act: showAccount,
});
