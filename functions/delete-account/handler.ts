import { variable } from "../../lib/aws/variables.ts";
import { wireAttempts } from "../../lib/aws/wiring/attempts.ts";
import { wireBearer, wireBearerLimit } from "../../lib/aws/wiring/bearer.ts";
import { deleteAccount } from "../../lib/core/account-management/delete-account.ts";
import { randomIds } from "../../lib/core/shared/ids.ts";
import { limits } from "../../lib/core/shared/limits.ts";
import { endpoint } from "../../lib/handlers/endpoint.ts";
import { ownDeletion } from "./dialect.ts";

const { table, ports: bearer } = wireBearer();
const ports = {
  ...bearer,
  ...wireAttempts(table),
  ids: randomIds,
  bcryptCost: variable("BCRYPT_COST"),
};

export const handler = endpoint({
  dialect: ownDeletion,
  limit: wireBearerLimit(table, "delete-account", limits.deletionsPerMinute),
  act: (input) => deleteAccount(ports, input),
});
