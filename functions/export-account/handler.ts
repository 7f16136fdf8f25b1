import { s3Homes } from "../../lib/aws/homes.ts";
import { tableAuditTrail } from "../../lib/aws/table/audit-trail.ts";
import { variable } from "../../lib/aws/variables.ts";
import { wireBearer, wireBearerLimit } from "../../lib/aws/wiring/bearer.ts";
import { wireCipher } from "../../lib/aws/wiring/cipher.ts";
import { exportAccount } from "../../lib/core/account-management/export-account.ts";
import { limits } from "../../lib/core/shared/limits.ts";
import { endpoint } from "../../lib/handlers/endpoint.ts";
import { ownExport } from "./dialect.ts";

const { table, ports: bearer } = wireBearer();
const ports = {
  ...bearer,
  cipher: wireCipher(),
  audit: tableAuditTrail(table),
  homes: s3Homes(variable("BUCKET_NAME")),
};

export const handler = endpoint({
  dialect: ownExport,
  limit: wireBearerLimit(table, "export-account", limits.exportsPerMinute),
  act: (token) => exportAccount(ports, token),
});
