import { variable } from "../../lib/aws/variables.ts";
import { wireAttempts } from "../../lib/aws/wiring/attempts.ts";
import { wireBearer } from "../../lib/aws/wiring/bearer.ts";
import { wireCallerLimit } from "../../lib/aws/wiring/caller-limit.ts";
import { wireCipher } from "../../lib/aws/wiring/cipher.ts";
import { requestEmailChange } from "../../lib/core/email-address/request-email-change.ts";
import { randomIds } from "../../lib/core/shared/ids.ts";
import { endpoint } from "../../lib/handlers/endpoint.ts";
import { change } from "./dialect.ts";

const { table, ports: bearer } = wireBearer();
const ports = {
  ...bearer,
  ...wireAttempts(table),
  cipher: wireCipher(),
  ids: randomIds,
  clock: Date.now,
  bcryptCost: variable("BCRYPT_COST"),
};

export const handler = endpoint({
  dialect: change,
  limit: wireCallerLimit(table, "request-email-change", variable("REQUESTS_PER_MINUTE")),
  act: (input) => requestEmailChange(ports, input),
});
