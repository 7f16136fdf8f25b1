import { tableAccounts } from "../../lib/aws/table/accounts.ts";
import { tableTokens } from "../../lib/aws/table/one-time-tokens.ts";
import { variable } from "../../lib/aws/variables.ts";
import { wireBrand } from "../../lib/aws/wiring/brand.ts";
import { wireCallerLimit } from "../../lib/aws/wiring/caller-limit.ts";
import { wireTable } from "../../lib/aws/wiring/table.ts";
import { cancelEmailChange, openCancelLink } from "../../lib/core/email-address/cancel-email-change.ts";
import { limits } from "../../lib/core/shared/limits.ts";
import { accept } from "../../lib/core/shared/refusals.ts";
import { byMediaType, byRoute, endpoint } from "../../lib/handlers/endpoint.ts";
import { cancel, cancelForm, link } from "./dialect.ts";

const table = wireTable();
const clock = Date.now;
const ports = { accounts: tableAccounts(table, clock), tokens: tableTokens(table), clock };
const limit = wireCallerLimit(table, "cancel-email-change", variable("REQUESTS_PER_MINUTE"));
const linkLimit = wireCallerLimit(table, "cancel-email-change-link", limits.linksPerMinute);
const brand = wireBrand();

async function openLink(token: string) {
  const opened = await openCancelLink(ports, token);
  return opened.ok ? accept(token) : opened;
}

const act = (token: string) => cancelEmailChange(ports, token);

export const handler = byRoute({
  "GET /api/v1/auth/cancel-email-change": endpoint({
    dialect: link,
    limit: linkLimit,
    brand,
    act: openLink,
  }),
  "POST /api/v1/auth/cancel-email-change": byMediaType({
    json: endpoint({ dialect: cancel, limit, act }),
    form: endpoint({ dialect: cancelForm, limit, brand, act }),
  }),
});
