import { tableOutbox } from "../../lib/aws/table/outbox.ts";
import { wireBrand } from "../../lib/aws/wiring/brand.ts";
import { wireCallerLimit } from "../../lib/aws/wiring/caller-limit.ts";
import { wireTable } from "../../lib/aws/wiring/table.ts";
import type { EmailAddress } from "../../lib/core/account/email.ts";
import { requestMail } from "../../lib/core/mail/request-mail.ts";
import { limits } from "../../lib/core/shared/limits.ts";
import { accept } from "../../lib/core/shared/refusals.ts";
import { byMediaType, byRoute, endpoint } from "../../lib/handlers/endpoint.ts";
import { resend } from "./dialect.ts";

const table = wireTable();
const ports = { outbox: tableOutbox(table, Date.now), clock: Date.now };
const limit = wireCallerLimit(table, "resend-verification", limits.resendRequestsPerMinute);
const brand = wireBrand();

const act = async (email: EmailAddress) => accept(await requestMail(ports, "resend-verification", email));

export const handler = byRoute({
  "GET /api/v1/auth/resend-verification": endpoint({
    dialect: resend.page,
    brand,
    act: async () => accept(undefined),
  }),
  "POST /api/v1/auth/resend-verification": byMediaType({
    json: endpoint({ dialect: resend.asJson, limit, act }),
    form: endpoint({ dialect: resend.asForm, limit, brand, act }),
  }),
});
