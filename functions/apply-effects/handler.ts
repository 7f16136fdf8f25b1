import { kmsCipher } from "../../lib/aws/cipher.ts";
import { eventBridge } from "../../lib/aws/event-bus.ts";
import { bucketHomes } from "../../lib/aws/homes.ts";
import { tableAccounts } from "../../lib/aws/table/accounts.ts";
import { tableAudit } from "../../lib/aws/table/audit-trail.ts";
import { tableTokens } from "../../lib/aws/table/one-time-tokens.ts";
import { tableOutbox } from "../../lib/aws/table/outbox.ts";
import { tableSessions } from "../../lib/aws/table/sessions.ts";
import { openTable } from "../../lib/aws/table/table.ts";
import { variable } from "../../lib/aws/variables.ts";
import { accountEffects } from "../../lib/core/account-management/account-effects.ts";
import { randomIds } from "../../lib/core/shared/ids.ts";
import { outboxWorker } from "../../lib/handlers/outbox-worker.ts";

const table = openTable(variable("TABLE_NAME"));
const clock = Date.now;

export const handler = outboxWorker(
  "effects",
  tableOutbox(table, clock),
  accountEffects({
    accounts: tableAccounts(table, clock),
    cipher: kmsCipher(variable("KEY_ARN")),
    homes: bucketHomes(variable("BUCKET_NAME")),
    sessions: tableSessions(table),
    tokens: tableTokens(table),
    ids: randomIds,
    audit: tableAudit(table),
    events: eventBridge(variable("EVENT_BUS")),
  }),
);
