import { tableSessions } from "../../lib/aws/table/sessions.ts";
import { wireIssuing } from "../../lib/aws/wiring/access-tokens.ts";
import { wireBrand } from "../../lib/aws/wiring/brand.ts";
import { wireLogin } from "../../lib/aws/wiring/login.ts";
import { issueAccessToken } from "../../lib/core/access-tokens/access-token.ts";
import { makeDevice } from "../../lib/core/login/device.ts";
import { loginAndAnnounce } from "../../lib/core/login/login-and-announce.ts";
import { beginSession } from "../../lib/core/sessions/begin-session.ts";
import { randomIds as ids } from "../../lib/core/shared/ids.ts";
import { accept } from "../../lib/core/shared/refusals.ts";
import { byRoute, endpoint } from "../../lib/handlers/endpoint.ts";
import { formLogin, type LoginRequest, page } from "./dialect.ts";

const { table, ports, limit } = wireLogin();
const issuing = wireIssuing(table);
const sessionPorts = { sessions: tableSessions(table), ids, clock: Date.now };
const brand = wireBrand();

const loginAndBegin = (request: LoginRequest) =>
  loginAndAnnounce(ports, request, async (account) => {
    const { id, token: session } = await beginSession(sessionPorts, account, "form");
    const access = request.wantsToken && (await issueAccessToken(issuing, account, id));
    const given = { session, device: makeDevice(account, ids), ...(access && { token: access.token }) };
    return { given, session: { id, end: sessionPorts.sessions.end } };
  });

export const handler = byRoute({
  "GET /login": endpoint({ dialect: page, brand, act: async () => accept(undefined) }),
  "POST /login": endpoint({ dialect: formLogin, limit, brand, act: loginAndBegin }),
});
