import { tableTokens } from "../../lib/aws/table/one-time-tokens.ts";
import { variable } from "../../lib/aws/variables.ts";
import { wireAttempts } from "../../lib/aws/wiring/attempts.ts";
import { wireBearer } from "../../lib/aws/wiring/bearer.ts";
import { wireBrand } from "../../lib/aws/wiring/brand.ts";
import { wireCallerLimit } from "../../lib/aws/wiring/caller-limit.ts";
import {
  confirmEmailChange,
  confirmEmailChangeByPassword,
  openEmailChangeLink,
} from "../../lib/core/email-address/confirm-email-change.ts";
import { randomIds } from "../../lib/core/shared/ids.ts";
import { limits } from "../../lib/core/shared/limits.ts";
import { accept } from "../../lib/core/shared/refusals.ts";
import { byMediaType, byRoute, endpoint } from "../../lib/handlers/endpoint.ts";
import { confirm, confirmForm, link } from "./dialect.ts";

const { table, ports: bearer } = wireBearer();
const ports = {
  ...bearer,
  tokens: tableTokens(table),
  ...wireAttempts(table),
  ids: randomIds,
  clock: Date.now,
  bcryptCost: variable("BCRYPT_COST"),
};
const limit = wireCallerLimit(table, "confirm-email-change", variable("REQUESTS_PER_MINUTE"));
const linkLimit = wireCallerLimit(table, "confirm-email-change-link", limits.linksPerMinute);
const brand = wireBrand();

async function openLink(token: string) {
  const opened = await openEmailChangeLink(ports, token);
  return opened.ok ? accept(token) : opened;
}

export const handler = byRoute({
  "GET /api/v1/auth/change-email": endpoint({ dialect: link, limit: linkLimit, brand, act: openLink }),
  "POST /api/v1/auth/change-email": byMediaType({
    json: endpoint({ dialect: confirm, limit, act: (input) => confirmEmailChange(ports, input) }),
    form: endpoint({
      dialect: confirmForm,
      limit,
      brand,
      act: (input) => confirmEmailChangeByPassword(ports, input),
    }),
  }),
});
