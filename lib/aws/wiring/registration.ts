import type { RegistrationPorts } from "../../core/registration/register.ts";
import { randomIds } from "../../core/shared/ids.ts";
import type { CallerLimit } from "../../core/shared/limiter.ts";
import { kmsCipher } from "../cipher.ts";
import { tableAccounts } from "../table/accounts.ts";
import { attemptPorts } from "../table/attempts.ts";
import { tableIdempotencyRecords } from "../table/idempotency-records.ts";
import { tableInvitations } from "../table/invitations.ts";
import { counterNumbers } from "../table/numbers.ts";
import { openTable, type Table } from "../table/table.ts";
import { variable } from "../variables.ts";
import { callerLimit } from "./caller-limit.ts";

/**
 * What every registering function is made of, on AWS.
 * @param scope Name of the endpoint whose callers are counted.
 */
export function registration(scope: string): {
  table: Table;
  ports: RegistrationPorts;
  limit: CallerLimit;
} {
  const table = openTable(variable("TABLE_NAME"));
  const clock = Date.now;
  return {
    table,
    ports: {
      accounts: tableAccounts(table, clock),
      records: tableIdempotencyRecords(table, clock),
      ...attemptPorts(table, clock),
      cipher: kmsCipher(variable("KEY_ARN")),
      numbers: counterNumbers(table, clock),
      ids: randomIds,
      clock,
      bcryptCost: variable("BCRYPT_COST"),
      removeUnverifiedAfterDays: variable("REMOVE_UNVERIFIED_AFTER_DAYS"),
      signUp: variable("SIGN_UP"),
      invitations: tableInvitations(table),
    },
    limit: callerLimit(table, clock, scope, variable("REQUESTS_PER_MINUTE")),
  };
}
