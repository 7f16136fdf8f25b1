import { tableSessions } from "../../lib/aws/table/sessions.ts";
import { wireIssuing } from "../../lib/aws/wiring/access-tokens.ts";
import { wireLogin } from "../../lib/aws/wiring/login.ts";
import type { Credentials } from "../../lib/core/login/login.ts";
import { loginAndAnnounce } from "../../lib/core/login/login-and-announce.ts";
import { beginSessionWithAccess } from "../../lib/core/sessions/begin-session.ts";
import { randomIds } from "../../lib/core/shared/ids.ts";
import { endpoint } from "../../lib/handlers/endpoint.ts";
import { usersLogin } from "./dialect.ts";

const { table, ports, limit } = wireLogin();
const sessionPorts = {
  sessions: tableSessions(table),
  issuing: wireIssuing(table),
  ids: randomIds,
  clock: Date.now,
};

const loginAndBegin = (credentials: Credentials) =>
  loginAndAnnounce(ports, credentials, async (account) => {
    const { sessionId, ...given } = await beginSessionWithAccess(sessionPorts, account, "users");
    return { given, session: { id: sessionId, end: sessionPorts.sessions.end } };
  });

export const handler = endpoint({ dialect: usersLogin, limit, act: loginAndBegin });
