import { attemptPorts } from "../../lib/aws/attempts.ts";
import { bearerParts } from "../../lib/aws/bearer.ts";
import { callerLimit, tableLimiter } from "../../lib/aws/limiter.ts";
import { variable } from "../../lib/aws/variables.ts";
import { changePassword } from "../../lib/core/passwords/change-password.ts";
import { randomIds } from "../../lib/core/shared/ids.ts";
import { endpoint } from "../../lib/http/endpoint.ts";
import { change } from "./wire.ts";

const { table, ports: bearer } = bearerParts();
const ports = {
  ...bearer,
  ...attemptPorts(table, Date.now),
  limiter: tableLimiter(table, Date.now),
  ids: randomIds,
  bcryptCost: variable("BCRYPT_COST"),
};

export const handler = endpoint({
  contract: change,
  limit: callerLimit(table, Date.now, "change-password", variable("REQUESTS_PER_MINUTE")),
  act: (input) => changePassword(ports, input),
});
