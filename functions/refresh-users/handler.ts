import { tableAccounts } from "../../lib/aws/table/accounts.ts";
import { tableSessions } from "../../lib/aws/table/sessions.ts";
import { wireIssuing } from "../../lib/aws/wiring/access-tokens.ts";
import { wireCallerLimit } from "../../lib/aws/wiring/caller-limit.ts";
import { wireTable } from "../../lib/aws/wiring/table.ts";
import { refreshAccess } from "../../lib/core/sessions/use-session.ts";
import { randomIds } from "../../lib/core/shared/ids.ts";
import { limits } from "../../lib/core/shared/limits.ts";
import { endpoint } from "../../lib/handlers/endpoint.ts";
import { usersRefresh } from "./dialect.ts";

const table = wireTable();
const clock = Date.now;
const ports = {
  sessions: tableSessions(table),
  accounts: tableAccounts(table, clock),
  issuing: wireIssuing(table),
  ids: randomIds,
  clock,
};

export const handler = endpoint({
  dialect: usersRefresh,
  limit: wireCallerLimit(table, "refresh-users", limits.refreshesPerMinute),
  act: (refreshToken) => refreshAccess(ports, refreshToken, "users"),
});
