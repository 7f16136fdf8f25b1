import { tableSessions } from "../../lib/aws/table/sessions.ts";
import { variable } from "../../lib/aws/variables.ts";
import { wireIssuing } from "../../lib/aws/wiring/access-tokens.ts";
import { wireLogin } from "../../lib/aws/wiring/login.ts";
import { issueAccessToken } from "../../lib/core/access-tokens/access-token.ts";
import { makeDevice } from "../../lib/core/login/device.ts";
import type { Credentials } from "../../lib/core/login/login.ts";
import { loginAndAnnounce } from "../../lib/core/login/login-and-announce.ts";
import { beginSessionWithAccess } from "../../lib/core/sessions/begin-session.ts";
import { randomIds as ids } from "../../lib/core/shared/ids.ts";
import { byMediaType, endpoint } from "../../lib/handlers/endpoint.ts";
import { signupLogin, signupLoginBesideForm } from "./signup-dialect.ts";
import { usernameLogin } from "./username-dialect.ts";

const { table, ports, limit } = wireLogin();
const issuing = wireIssuing(table);
const sessionPorts = { sessions: tableSessions(table), issuing, ids, clock: Date.now };
const contracts = variable("CONTRACTS");

const loginAndBegin = (credentials: Credentials) =>
  loginAndAnnounce(ports, credentials, async (account) => {
    const { sessionId, ...tokens } = await beginSessionWithAccess(sessionPorts, account, "signup");
    return {
      given: { number: account.number, ...tokens, device: makeDevice(account, ids) },
      session: { id: sessionId, end: sessionPorts.sessions.end },
    };
  });

const loginAndIssue = (credentials: Credentials) =>
  loginAndAnnounce(ports, credentials, async (account) => ({
    given: await issueAccessToken(issuing, account),
  }));

const takesForms = contracts.includes("username");
const jsonLogin = takesForms ? signupLoginBesideForm : signupLogin;

export const handler = byMediaType({
  json: contracts.includes("signup") && endpoint({ dialect: jsonLogin, limit, act: loginAndBegin }),
  form: takesForms && endpoint({ dialect: usernameLogin, limit, act: loginAndIssue }),
});
