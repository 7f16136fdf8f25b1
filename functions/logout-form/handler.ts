import { callerLimit } from "../../lib/aws/limiter.ts";
import { tableSessions } from "../../lib/aws/sessions.ts";
import { siteBrand } from "../../lib/aws/site.ts";
import { openTable } from "../../lib/aws/table.ts";
import { variable } from "../../lib/aws/variables.ts";
import { endSession } from "../../lib/core/sessions/use-session.ts";
import { limits } from "../../lib/core/shared/limits.ts";
import { accept } from "../../lib/core/shared/refusals.ts";
import { sessionOf } from "../../lib/http/contract.ts";
import { endpoint } from "../../lib/http/endpoint.ts";
import { logout } from "./wire.ts";

const table = openTable(variable("TABLE_NAME"));
const sessions = tableSessions(table);
const limit = callerLimit(table, Date.now, "logout-form", limits.ownAccountRequestsPerMinute);

export const handler = endpoint({
  contract: logout,
  limit: { ...limit, credentialOf: sessionOf },
  brand: siteBrand(),
  act: async (session) => accept(await endSession({ sessions }, session, "form")),
});
