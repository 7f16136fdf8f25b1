import { tokenIssuing } from "../../lib/aws/access-tokens.ts";
import { loginParts } from "../../lib/aws/login.ts";
import { tableSessions } from "../../lib/aws/sessions.ts";
import { siteOrigins } from "../../lib/aws/site.ts";
import { randomIds } from "../../lib/core/ids.ts";
import { type Credentials, login } from "../../lib/core/login.ts";
import { accept } from "../../lib/core/refusals.ts";
import { beginSessionWithAccess } from "../../lib/core/sessions.ts";
import { endpoint } from "../../lib/http/endpoint.ts";
import { usersLogin } from "./wire.ts";

const { table, ports, limit } = loginParts();
const sessionPorts = {
  sessions: tableSessions(table),
  issuing: tokenIssuing(table),
  ids: randomIds,
  clock: Date.now,
};
const origins = siteOrigins();

async function loginAndBegin(credentials: Credentials) {
  const result = await login(ports, credentials);
  if (!result.ok) return result;
  return accept(await beginSessionWithAccess(sessionPorts, result.value, "users"));
}

export const handler = endpoint({ contract: usersLogin, limit, origins, act: loginAndBegin });
