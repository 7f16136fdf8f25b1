import { tableAccounts } from "../../lib/aws/table/accounts.ts";
import { tableTokens } from "../../lib/aws/table/one-time-tokens.ts";
import { openTable } from "../../lib/aws/table/table.ts";
import { variable } from "../../lib/aws/variables.ts";
import { callerLimit } from "../../lib/aws/wiring/caller-limit.ts";
import { siteBrand } from "../../lib/aws/wiring/site.ts";
import { openResetLink, type PasswordReset, resetPassword } from "../../lib/core/passwords/reset-password.ts";
import { randomIds } from "../../lib/core/shared/ids.ts";
import { limits } from "../../lib/core/shared/limits.ts";
import { accept } from "../../lib/core/shared/refusals.ts";
import { byMediaType, byRoute, endpoint } from "../../lib/handlers/endpoint.ts";
import { link, reset, resetForm } from "./dialect.ts";

const table = openTable(variable("TABLE_NAME"));
const clock = Date.now;
const ports = {
  accounts: tableAccounts(table, clock),
  tokens: tableTokens(table),
  ids: randomIds,
  clock,
  bcryptCost: variable("BCRYPT_COST"),
};
const limit = callerLimit(table, clock, "reset-password", variable("REQUESTS_PER_MINUTE"));
const linkLimit = callerLimit(table, clock, "reset-password-link", limits.linksPerMinute);
const brand = siteBrand();

async function openLink(token: string) {
  const opened = await openResetLink(ports, token);
  return opened.ok ? accept(token) : opened;
}

const act = (input: PasswordReset) => resetPassword(ports, input);

export const handler = byRoute({
  "GET /api/v1/auth/reset-password": endpoint({ dialect: link, limit: linkLimit, brand, act: openLink }),
  "POST /api/v1/auth/reset-password": byMediaType({
    json: endpoint({ dialect: reset, limit, act }),
    form: endpoint({ dialect: resetForm, limit, brand, act }),
  }),
});
