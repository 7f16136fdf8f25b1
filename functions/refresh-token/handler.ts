import { tableAccounts } from "../../lib/aws/table/accounts.ts";
import { tableSessions } from "../../lib/aws/table/sessions.ts";
import { wireIssuing } from "../../lib/aws/wiring/access-tokens.ts";
import { wireCallerLimit } from "../../lib/aws/wiring/caller-limit.ts";
import { wireTable } from "../../lib/aws/wiring/table.ts";
import { rotateSession } from "../../lib/core/sessions/rotate-session.ts";
import { limits } from "../../lib/core/shared/limits.ts";
import { endpoint } from "../../lib/handlers/endpoint.ts";
import { refreshToken } from "./dialect.ts";

const table = wireTable();
const clock = Date.now;
const ports = {
  sessions: tableSessions(table),
  accounts: tableAccounts(table, clock),
  issuing: wireIssuing(table),
  clock,
};

export const handler = endpoint({
  dialect: refreshToken,
  limit: wireCallerLimit(table, "refresh-token", limits.refreshesPerMinute),
  act: (token) => rotateSession(ports, token, "signup"),
});
