import { kmsCipher } from "../../lib/aws/cipher.ts";
import { bucketHomes } from "../../lib/aws/homes.ts";
import { tableAudit } from "../../lib/aws/table/audit-trail.ts";
import { variable } from "../../lib/aws/variables.ts";
import { bearerLimit, bearerParts } from "../../lib/aws/wiring/bearer.ts";
import { exportAccount } from "../../lib/core/account-management/export-account.ts";
import { limits } from "../../lib/core/shared/limits.ts";
import { endpoint } from "../../lib/handlers/endpoint.ts";
import { ownExport } from "./dialect.ts";

const { table, ports: bearer } = bearerParts();
const ports = {
  ...bearer,
  cipher: kmsCipher(variable("KEY_ARN")),
  audit: tableAudit(table),
  homes: bucketHomes(variable("BUCKET_NAME")),
};

export const handler = endpoint({
  dialect: ownExport,
  limit: bearerLimit(table, "export-account", limits.exportsPerMinute),
  act: (token) => exportAccount(ports, token),
});
