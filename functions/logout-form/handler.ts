import { tableSessions } from "../../lib/aws/table/sessions.ts";
import { openTable } from "../../lib/aws/table/table.ts";
import { variable } from "../../lib/aws/variables.ts";
import { callerLimit } from "../../lib/aws/wiring/caller-limit.ts";
import { siteBrand } from "../../lib/aws/wiring/site.ts";
import { endSession } from "../../lib/core/sessions/use-session.ts";
import { limits } from "../../lib/core/shared/limits.ts";
import { accept } from "../../lib/core/shared/refusals.ts";
import { endpoint } from "../../lib/handlers/endpoint.ts";
import { sessionOf } from "../../lib/http/dialect.ts";
import { logout } from "./dialect.ts";

const table = openTable(variable("TABLE_NAME"));
const sessions = tableSessions(table);
const limit = callerLimit(table, Date.now, "logout-form", limits.ownAccountRequestsPerMinute);

export const handler = endpoint({
  dialect: logout,
  limit: { ...limit, credentialOf: sessionOf },
  brand: siteBrand(),
  act: async (session) => accept(await endSession({ sessions }, session, "form")),
});
