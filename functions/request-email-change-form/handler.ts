import { kmsCipher } from "../../lib/aws/cipher.ts";
import { tableAccounts } from "../../lib/aws/table/accounts.ts";
import { attemptPorts } from "../../lib/aws/table/attempts.ts";
import { tableSessions } from "../../lib/aws/table/sessions.ts";
import { openTable } from "../../lib/aws/table/table.ts";
import { variable } from "../../lib/aws/variables.ts";
import { callerLimit } from "../../lib/aws/wiring/caller-limit.ts";
import { siteBrand } from "../../lib/aws/wiring/site.ts";
import { requestEmailChangeByPage } from "../../lib/core/email-address/request-email-change.ts";
import { useSession } from "../../lib/core/sessions/use-session.ts";
import { randomIds } from "../../lib/core/shared/ids.ts";
import { limits } from "../../lib/core/shared/limits.ts";
import { accept, refuse } from "../../lib/core/shared/refusals.ts";
import { byRoute, endpoint } from "../../lib/handlers/endpoint.ts";
import { sessionOf } from "../../lib/http/dialect.ts";
import { form, page } from "./dialect.ts";

const table = openTable(variable("TABLE_NAME"));
const clock = Date.now;
const ports = {
  sessions: tableSessions(table),
  accounts: tableAccounts(table, clock),
  ...attemptPorts(table, clock),
  cipher: kmsCipher(variable("KEY_ARN")),
  ids: randomIds,
  clock,
  bcryptCost: variable("BCRYPT_COST"),
};
const brand = siteBrand();
const pageLimit = callerLimit(table, clock, "request-email-change-form", limits.ownAccountRequestsPerMinute);

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
    // One budget with the endpoint of the API.
    limit: callerLimit(table, clock, "request-email-change", variable("REQUESTS_PER_MINUTE")),
    brand,
    act: (input) => requestEmailChangeByPage(ports, input),
  }),
});
