import { tableAccounts } from "../../lib/aws/table/accounts.ts";
import { tableSessions } from "../../lib/aws/table/sessions.ts";
import { openTable } from "../../lib/aws/table/table.ts";
import { variable } from "../../lib/aws/variables.ts";
import { tokenIssuing } from "../../lib/aws/wiring/access-tokens.ts";
import { callerLimit } from "../../lib/aws/wiring/caller-limit.ts";
import { refreshAccess } from "../../lib/core/sessions/use-session.ts";
import { randomIds } from "../../lib/core/shared/ids.ts";
import { limits } from "../../lib/core/shared/limits.ts";
import { endpoint } from "../../lib/handlers/endpoint.ts";
import { usersRefresh } from "./dialect.ts";

const table = openTable(variable("TABLE_NAME"));
const clock = Date.now;
const ports = {
  sessions: tableSessions(table),
  accounts: tableAccounts(table, clock),
  issuing: tokenIssuing(table),
  ids: randomIds,
  clock,
};

export const handler = endpoint({
  dialect: usersRefresh,
  limit: callerLimit(table, clock, "refresh-users", limits.refreshesPerMinute),
  act: (refreshToken) => refreshAccess(ports, refreshToken, "users"),
});
