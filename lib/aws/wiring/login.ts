import type { AnnouncedLoginPorts } from "../../core/login/login-and-announce.ts";
import { randomIds } from "../../core/shared/ids.ts";
import type { CallerLimit } from "../../core/shared/limiter.ts";
import { tableAccounts } from "../table/accounts.ts";
import { tableOutbox } from "../table/outbox.ts";
import type { Table } from "../table/table.ts";
import { variable } from "../variables.ts";
import { wireAttempts } from "./attempts.ts";
import { wireCallerLimit } from "./caller-limit.ts";
import { wireTable } from "./table.ts";

/** Wires a login function. All login functions count a client against one limit. The row needs `log-in`. */
export function wireLogin(): { table: Table; ports: AnnouncedLoginPorts; limit: CallerLimit } {
  const table = wireTable();
  return {
    table,
    ports: {
      accounts: tableAccounts(table, Date.now),
      ...wireAttempts(table),
      outbox: tableOutbox(table, Date.now),
      ids: randomIds,
      bcryptCost: variable("BCRYPT_COST"),
      hidesTakenEmails: variable("HIDE_TAKEN_EMAILS"),
    },
    limit: wireCallerLimit(table, "login", variable("REQUESTS_PER_MINUTE")),
  };
}
