import type { AnnouncedLoginPorts } from "../../core/login/login-and-announce.ts";
import { randomIds } from "../../core/shared/ids.ts";
import type { CallerLimit } from "../../core/shared/limiter.ts";
import { tableAccounts } from "../table/accounts.ts";
import { attemptPorts } from "../table/attempts.ts";
import { tableOutbox } from "../table/outbox.ts";
import { openTable, type Table } from "../table/table.ts";
import { variable } from "../variables.ts";
import { callerLimit } from "./caller-limit.ts";

/** What every function that logs people in is made of, on AWS. All of them count a client against one budget. */
export function loginParts(): {
  table: Table;
  ports: AnnouncedLoginPorts;
  limit: CallerLimit;
} {
  const table = openTable(variable("TABLE_NAME"));
  const clock = Date.now;
  return {
    table,
    ports: {
      accounts: tableAccounts(table, clock),
      ...attemptPorts(table, clock),
      outbox: tableOutbox(table, clock),
      ids: randomIds,
      bcryptCost: variable("BCRYPT_COST"),
      hidesTakenEmails: variable("HIDE_TAKEN_EMAILS"),
    },
    limit: callerLimit(table, clock, "login", variable("REQUESTS_PER_MINUTE")),
  };
}
