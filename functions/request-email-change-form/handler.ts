import { tableAccounts } from "../../lib/aws/table/accounts.ts";
import { tableSessions } from "../../lib/aws/table/sessions.ts";
import { variable } from "../../lib/aws/variables.ts";
import { wireAttempts } from "../../lib/aws/wiring/attempts.ts";
import { wireBrand } from "../../lib/aws/wiring/brand.ts";
import { wireCallerLimit } from "../../lib/aws/wiring/caller-limit.ts";
import { wireCipher } from "../../lib/aws/wiring/cipher.ts";
import { wireTable } from "../../lib/aws/wiring/table.ts";
import { requestEmailChangeByPage } from "../../lib/core/email-address/request-email-change.ts";
import { useSession } from "../../lib/core/sessions/use-session.ts";
import { randomIds } from "../../lib/core/shared/ids.ts";
import { limits } from "../../lib/core/shared/limits.ts";
import { accept, refuse } from "../../lib/core/shared/refusals.ts";
import { byRoute, endpoint } from "../../lib/handlers/endpoint.ts";
import { sessionOf } from "../../lib/http/dialect.ts";
import { form, page } from "./dialect.ts";

const table = wireTable();
const clock = Date.now;
const ports = {
  sessions: tableSessions(table),
  accounts: tableAccounts(table, clock),
  ...wireAttempts(table),
  cipher: wireCipher(),
  ids: randomIds,
  clock,
  bcryptCost: variable("BCRYPT_COST"),
};
const brand = wireBrand();
const pageLimit = wireCallerLimit(table, "request-email-change-form", limits.ownAccountRequestsPerMinute);

async function showForm(session: string) {
  return (await useSession(ports, session, "form")) ? accept(undefined) : refuse({ code: "not-logged-in" });
}

export const handler = byRoute({
  "GET /account/email": endpoint({
    dialect: page,
    limit: { ...pageLimit, credentialOf: sessionOf },
    brand,
    act: showForm,
  }),
  "POST /account/email": endpoint({
    dialect: form,
    // The page and the API's endpoint share one limit.
    limit: wireCallerLimit(table, "request-email-change", variable("REQUESTS_PER_MINUTE")),
    brand,
    act: (input) => requestEmailChangeByPage(ports, input),
  }),
});
