import { sesMailer } from "../../lib/aws/mailer.ts";
import { tableAccounts } from "../../lib/aws/table/accounts.ts";
import { tableInvitations } from "../../lib/aws/table/invitations.ts";
import { tableLimiter } from "../../lib/aws/table/limiter.ts";
import { tableTokens } from "../../lib/aws/table/one-time-tokens.ts";
import { tableOutbox } from "../../lib/aws/table/outbox.ts";
import { variable } from "../../lib/aws/variables.ts";
import { wireCipher } from "../../lib/aws/wiring/cipher.ts";
import { wireMailTemplates } from "../../lib/aws/wiring/mail-templates.ts";
import { wireTable } from "../../lib/aws/wiring/table.ts";
import { mailEffects } from "../../lib/core/mail/effects.ts";
import { randomIds } from "../../lib/core/shared/ids.ts";
import { log } from "../../lib/handlers/log.ts";
import { outboxWorker } from "../../lib/handlers/outbox-worker.ts";

const table = wireTable();
const clock = Date.now;
const productName = variable("PRODUCT_NAME");

export const handler = outboxWorker(
  "mail",
  tableOutbox(table, clock),
  mailEffects({
    accounts: tableAccounts(table, clock),
    cipher: wireCipher(),
    tokens: tableTokens(table),
    invitations: tableInvitations(table),
    limiter: tableLimiter(table, clock),
    mailer: sesMailer({
      name: productName,
      address: variable("SENDER_ADDRESS"),
      configurationSet: variable("CONFIGURATION_SET"),
    }),
    ids: randomIds,
    clock,
    mailsPerDay: variable("MAILS_PER_DAY"),
    onHeldBack: (isProven) => log("warn", "mail-held-back", { isProven }),
    brand: {
      productName,
      productColor: variable("PRODUCT_COLOR"),
      publicUrl: variable("PUBLIC_URL"),
      templates: wireMailTemplates(),
    },
  }),
);
