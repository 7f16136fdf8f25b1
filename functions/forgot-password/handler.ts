import { tableOutbox } from "../../lib/aws/table/outbox.ts";
import { wireBrand } from "../../lib/aws/wiring/brand.ts";
import { wireCallerLimit } from "../../lib/aws/wiring/caller-limit.ts";
import { wireTable } from "../../lib/aws/wiring/table.ts";
import type { EmailAddress } from "../../lib/core/account/email.ts";
import { requestMail } from "../../lib/core/mail/request-mail.ts";
import { limits } from "../../lib/core/shared/limits.ts";
import { accept } from "../../lib/core/shared/refusals.ts";
import { byMediaType, byRoute, endpoint } from "../../lib/handlers/endpoint.ts";
import { forgot } from "./dialect.ts";

const table = wireTable();
const ports = { outbox: tableOutbox(table, Date.now), clock: Date.now };
const limit = wireCallerLimit(table, "forgot-password", limits.forgotRequestsPerMinute);
const brand = wireBrand();

const act = async (email: EmailAddress) => accept(await requestMail(ports, "reset-password", email));

export const handler = byRoute({
  "GET /api/v1/auth/forgot-password": endpoint({
    dialect: forgot.page,
    brand,
    act: async () => accept(undefined),
  }),
  "POST /api/v1/auth/forgot-password": byMediaType({
    json: endpoint({ dialect: forgot.asJson, limit, act }),
    form: endpoint({ dialect: forgot.asForm, limit, brand, act }),
  }),
});
