import { eventBridgeBus } from "../../lib/aws/event-bus.ts";
import { s3Homes } from "../../lib/aws/homes.ts";
import { tableAccounts } from "../../lib/aws/table/accounts.ts";
import { tableAuditTrail } from "../../lib/aws/table/audit-trail.ts";
import { tableTokens } from "../../lib/aws/table/one-time-tokens.ts";
import { tableOutbox } from "../../lib/aws/table/outbox.ts";
import { tableSessions } from "../../lib/aws/table/sessions.ts";
import { variable } from "../../lib/aws/variables.ts";
import { wireCipher } from "../../lib/aws/wiring/cipher.ts";
import { wireTable } from "../../lib/aws/wiring/table.ts";
import { accountEffects } from "../../lib/core/account-management/account-effects.ts";
import { randomIds } from "../../lib/core/shared/ids.ts";
import { outboxWorker } from "../../lib/handlers/outbox-worker.ts";

const table = wireTable();
const clock = Date.now;

export const handler = outboxWorker(
  "effects",
  tableOutbox(table, clock),
  accountEffects({
    accounts: tableAccounts(table, clock),
    cipher: wireCipher(),
    homes: s3Homes(variable("BUCKET_NAME")),
    sessions: tableSessions(table),
    tokens: tableTokens(table),
    ids: randomIds,
    audit: tableAuditTrail(table),
    events: eventBridgeBus(variable("EVENT_BUS"), variable("EVENT_SOURCE")),
  }),
);
