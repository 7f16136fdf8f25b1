import { kmsCipher } from "../../lib/aws/cipher.ts";
import { attemptPorts } from "../../lib/aws/table/attempts.ts";
import { variable } from "../../lib/aws/variables.ts";
import { bearerParts } from "../../lib/aws/wiring/bearer.ts";
import { callerLimit } from "../../lib/aws/wiring/caller-limit.ts";
import { requestEmailChange } from "../../lib/core/email-address/request-email-change.ts";
import { randomIds } from "../../lib/core/shared/ids.ts";
import { endpoint } from "../../lib/handlers/endpoint.ts";
import { change } from "./dialect.ts";

const { table, ports: bearer } = bearerParts();
const ports = {
  ...bearer,
  ...attemptPorts(table, Date.now),
  cipher: kmsCipher(variable("KEY_ARN")),
  ids: randomIds,
  clock: Date.now,
  bcryptCost: variable("BCRYPT_COST"),
};

export const handler = endpoint({
  dialect: change,
  limit: callerLimit(table, Date.now, "request-email-change", variable("REQUESTS_PER_MINUTE")),
  act: (input) => requestEmailChange(ports, input),
});
