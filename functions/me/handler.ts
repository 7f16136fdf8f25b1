import { wireBearer, wireBearerLimit } from "../../lib/aws/wiring/bearer.ts";
import { wireCipher } from "../../lib/aws/wiring/cipher.ts";
import { openProfileView } from "../../lib/core/account/profile-view.ts";
import { authenticate } from "../../lib/core/sessions/authenticate.ts";
import { limits } from "../../lib/core/shared/limits.ts";
import { accept } from "../../lib/core/shared/refusals.ts";
import { endpoint } from "../../lib/handlers/endpoint.ts";
import { me } from "./dialect.ts";

const { table, ports } = wireBearer();
const cipher = wireCipher();

async function showProfile(token: string) {
  const bearer = await authenticate(ports, token);
  if (!bearer.ok) return bearer;
  return accept(await openProfileView(cipher, bearer.value.account));
}

export const handler = endpoint({
  dialect: me,
  limit: wireBearerLimit(table, "me", limits.ownAccountRequestsPerMinute),
  act: showProfile,
});
