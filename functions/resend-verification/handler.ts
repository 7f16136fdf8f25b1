import { callerLimit } from "../../lib/aws/limiter.ts";
import { tableOutbox } from "../../lib/aws/outbox.ts";
import { openTable } from "../../lib/aws/table.ts";
import { variable } from "../../lib/aws/variables.ts";
import { limits } from "../../lib/core/limits.ts";
import { accept } from "../../lib/core/refusals.ts";
import { requestMail } from "../../lib/core/request-mail.ts";
import { endpoint } from "../../lib/http/endpoint.ts";
import { resend } from "./wire.ts";

const table = openTable(variable("TABLE_NAME"));
const outbox = tableOutbox(table, Date.now);

export const handler = endpoint({
  contract: resend,
  limit: callerLimit(table, Date.now, "resend-verification", limits.resendRequestsPerMinute),
  act: async (email) => accept(await requestMail({ outbox, clock: Date.now }, "resend-verification", email)),
});
