import { tableAccounts } from "../../lib/aws/table/accounts.ts";
import { tableTokens } from "../../lib/aws/table/one-time-tokens.ts";
import { variable } from "../../lib/aws/variables.ts";
import { wireBrand } from "../../lib/aws/wiring/brand.ts";
import { wireCallerLimit } from "../../lib/aws/wiring/caller-limit.ts";
import { wireTable } from "../../lib/aws/wiring/table.ts";
import { openResetLink, type PasswordReset, resetPassword } from "../../lib/core/passwords/reset-password.ts";
import { randomIds } from "../../lib/core/shared/ids.ts";
import { limits } from "../../lib/core/shared/limits.ts";
import { accept } from "../../lib/core/shared/refusals.ts";
import { byMediaType, byRoute, endpoint } from "../../lib/handlers/endpoint.ts";
import { link, reset, resetForm } from "./dialect.ts";

const table = wireTable();
const clock = Date.now;
const ports = {
  accounts: tableAccounts(table, clock),
  tokens: tableTokens(table),
  ids: randomIds,
  clock,
  bcryptCost: variable("BCRYPT_COST"),
};
const limit = wireCallerLimit(table, "reset-password", variable("REQUESTS_PER_MINUTE"));
const linkLimit = wireCallerLimit(table, "reset-password-link", limits.linksPerMinute);
const brand = wireBrand();

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
