import { tableAccounts } from "../../lib/aws/table/accounts.ts";
import { tableSessions } from "../../lib/aws/table/sessions.ts";
import { openTable } from "../../lib/aws/table/table.ts";
import { variable } from "../../lib/aws/variables.ts";
import { tokenIssuing } from "../../lib/aws/wiring/access-tokens.ts";
import { callerLimit } from "../../lib/aws/wiring/caller-limit.ts";
import { rotateSession } from "../../lib/core/sessions/rotate-session.ts";
import { limits } from "../../lib/core/shared/limits.ts";
import { endpoint } from "../../lib/handlers/endpoint.ts";
import { refreshToken } from "./dialect.ts";

const table = openTable(variable("TABLE_NAME"));
const clock = Date.now;
const ports = {
  sessions: tableSessions(table),
  accounts: tableAccounts(table, clock),
  issuing: tokenIssuing(table),
  clock,
};

export const handler = endpoint({
  dialect: refreshToken,
  limit: callerLimit(table, clock, "refresh-token", limits.refreshesPerMinute),
  act: (token) => rotateSession(ports, token, "signup"),
});
