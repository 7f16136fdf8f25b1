import { tableLimiter } from "../../lib/aws/table/limiter.ts";
import { variable } from "../../lib/aws/variables.ts";
import { wireAttempts } from "../../lib/aws/wiring/attempts.ts";
import { wireBearer } from "../../lib/aws/wiring/bearer.ts";
import { wireCallerLimit } from "../../lib/aws/wiring/caller-limit.ts";
import { changePassword } from "../../lib/core/passwords/change-password.ts";
import { randomIds } from "../../lib/core/shared/ids.ts";
import { endpoint } from "../../lib/handlers/endpoint.ts";
import { change } from "./dialect.ts";

const { table, ports: bearer } = wireBearer();
const ports = {
  ...bearer,
  ...wireAttempts(table),
  limiter: tableLimiter(table, Date.now),
  ids: randomIds,
  bcryptCost: variable("BCRYPT_COST"),
};

export const handler = endpoint({
  dialect: change,
  limit: wireCallerLimit(table, "change-password", variable("REQUESTS_PER_MINUTE")),
  act: (input) => changePassword(ports, input),
});
