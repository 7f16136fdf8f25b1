import { kmsCipher } from "../../lib/aws/cipher.ts";
import { variable } from "../../lib/aws/variables.ts";
import { bearerLimit, bearerParts } from "../../lib/aws/wiring/bearer.ts";
import { authenticate } from "../../lib/core/sessions/authenticate.ts";
import { limits } from "../../lib/core/shared/limits.ts";
import { accept } from "../../lib/core/shared/refusals.ts";
import { endpoint } from "../../lib/handlers/endpoint.ts";
import { me } from "./dialect.ts";

const { table, ports } = bearerParts();
const cipher = kmsCipher(variable("KEY_ARN"));

async function showProfile(token: string) {
  const bearer = await authenticate(ports, token);
  if (!bearer.ok) return bearer;
  const { account } = bearer.value;
  return accept({ ...account, email: await cipher.decryptEmail(account.id, account.emailCiphertext) });
}

export const handler = endpoint({
  dialect: me,
  limit: bearerLimit(table, "me", limits.ownAccountRequestsPerMinute),
  act: showProfile,
});
