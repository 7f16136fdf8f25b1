import { tableAccounts } from "../../lib/aws/table/accounts.ts";
import { tableTokens } from "../../lib/aws/table/one-time-tokens.ts";
import { openTable } from "../../lib/aws/table/table.ts";
import { variable } from "../../lib/aws/variables.ts";
import { callerLimit } from "../../lib/aws/wiring/caller-limit.ts";
import { siteBrand } from "../../lib/aws/wiring/site.ts";
import { openLink, spendToken } from "../../lib/core/email-address/verify-email.ts";
import { randomIds } from "../../lib/core/shared/ids.ts";
import { limits } from "../../lib/core/shared/limits.ts";
import { byRoute, endpoint } from "../../lib/handlers/endpoint.ts";
import { button, link } from "./dialect.ts";

const table = openTable(variable("TABLE_NAME"));
const clock = Date.now;
const ports = { accounts: tableAccounts(table, clock), tokens: tableTokens(table), ids: randomIds, clock };
const brand = siteBrand();

const followLink = endpoint({
  limit: callerLimit(table, clock, "verify-email-link", limits.linksPerMinute),
  dialect: link,
  brand,
  act: ({ token, wantsJson }) =>
    wantsJson ? spendToken(ports, token, ["verify-email"]) : openLink(ports, token),
});

const pressButton = endpoint({
  limit: callerLimit(table, clock, "verify-email", limits.buttonsPerMinute),
  dialect: button,
  brand,
  act: (token) => spendToken(ports, token, ["verify-email", "disown-account"]),
});

export const handler = byRoute({
  "GET /api/v1/auth/verify-email": followLink,
  "POST /api/v1/auth/verify-email": pressButton,
});
