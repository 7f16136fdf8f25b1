import { tableAccounts } from "../../lib/aws/table/accounts.ts";
import { tableSessions } from "../../lib/aws/table/sessions.ts";
import { wireBrand } from "../../lib/aws/wiring/brand.ts";
import { wireCallerLimit } from "../../lib/aws/wiring/caller-limit.ts";
import { wireCipher } from "../../lib/aws/wiring/cipher.ts";
import { wireTable } from "../../lib/aws/wiring/table.ts";
import { openProfileView } from "../../lib/core/account/profile-view.ts";
import { useSession } from "../../lib/core/sessions/use-session.ts";
import { limits } from "../../lib/core/shared/limits.ts";
import { accept, refuse } from "../../lib/core/shared/refusals.ts";
import { endpoint } from "../../lib/handlers/endpoint.ts";
import { sessionOf } from "../../lib/http/dialect.ts";
import { accountPage } from "./dialect.ts";

const table = wireTable();
const clock = Date.now;
const ports = { sessions: tableSessions(table), accounts: tableAccounts(table, clock), clock };
const cipher = wireCipher();

async function showAccount(session: string) {
  const used = await useSession(ports, session, "form");
  if (!used) return refuse({ code: "not-logged-in" });
  return accept(await openProfileView(cipher, used.account));
}

const limit = wireCallerLimit(table, "account-form", limits.ownAccountRequestsPerMinute);

export const handler = endpoint({
  dialect: accountPage,
  limit: { ...limit, credentialOf: sessionOf },
  brand: wireBrand(),
  act: showAccount,
});
