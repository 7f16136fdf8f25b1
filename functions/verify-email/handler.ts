import { tableAccounts } from "../../lib/aws/table/accounts.ts";
import { tableTokens } from "../../lib/aws/table/one-time-tokens.ts";
import { wireBrand } from "../../lib/aws/wiring/brand.ts";
import { wireCallerLimit } from "../../lib/aws/wiring/caller-limit.ts";
import { wireTable } from "../../lib/aws/wiring/table.ts";
import { openLink, spendToken } from "../../lib/core/email-address/verify-email.ts";
import { randomIds } from "../../lib/core/shared/ids.ts";
import { limits } from "../../lib/core/shared/limits.ts";
import { byRoute, endpoint } from "../../lib/handlers/endpoint.ts";
import { button, link } from "./dialect.ts";

const table = wireTable();
const clock = Date.now;
const ports = { accounts: tableAccounts(table, clock), tokens: tableTokens(table), ids: randomIds, clock };
const brand = wireBrand();

const followLink = endpoint({
  limit: wireCallerLimit(table, "verify-email-link", limits.linksPerMinute),
  dialect: link,
  brand,
  act: ({ token, wantsJson }) =>
    wantsJson ? spendToken(ports, token, ["verify-email"]) : openLink(ports, token),
});

const pressButton = endpoint({
  limit: wireCallerLimit(table, "verify-email", limits.buttonsPerMinute),
  dialect: button,
  brand,
  act: (token) => spendToken(ports, token, ["verify-email", "disown-account"]),
});

export const handler = byRoute({
  "GET /api/v1/auth/verify-email": followLink,
  "POST /api/v1/auth/verify-email": pressButton,
});
