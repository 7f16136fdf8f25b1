import { tokenIssuing } from "../../lib/aws/access-tokens.ts";
import { loginParts } from "../../lib/aws/login.ts";
import { tableSessions } from "../../lib/aws/sessions.ts";
import type { Credentials } from "../../lib/core/login/login.ts";
import { loginAndAnnounce } from "../../lib/core/login/login-and-announce.ts";
import { beginSessionWithAccess } from "../../lib/core/sessions/begin-session.ts";
import { randomIds } from "../../lib/core/shared/ids.ts";
import { endpoint } from "../../lib/http/endpoint.ts";
import { usersLogin } from "./wire.ts";

const { table, ports, limit } = loginParts();
const sessionPorts = {
  sessions: tableSessions(table),
  issuing: tokenIssuing(table),
  ids: randomIds,
  clock: Date.now,
};

const loginAndBegin = (credentials: Credentials) =>
  loginAndAnnounce(ports, credentials, async (account) => {
    const { sessionId, ...given } = await beginSessionWithAccess(sessionPorts, account, "users");
    return { given, sessionId };
  });

export const handler = endpoint({ contract: usersLogin, limit, act: loginAndBegin });
