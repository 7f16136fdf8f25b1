import { tokenIssuing } from "../../lib/aws/access-tokens.ts";
import { loginParts } from "../../lib/aws/login.ts";
import { tableSessions } from "../../lib/aws/sessions.ts";
import { siteOrigins } from "../../lib/aws/site.ts";
import { variable } from "../../lib/aws/variables.ts";
import { issueAccessToken } from "../../lib/core/access-token.ts";
import { makeDevice } from "../../lib/core/device.ts";
import { randomIds as ids } from "../../lib/core/ids.ts";
import { type Credentials, login } from "../../lib/core/login.ts";
import { accept } from "../../lib/core/refusals.ts";
import { beginSessionWithAccess } from "../../lib/core/sessions.ts";
import { byMediaType, endpoint } from "../../lib/http/endpoint.ts";
import { signupLogin } from "./signup-wire.ts";
import { usernameLogin } from "./username-wire.ts";

const { table, ports, limit } = loginParts();
const issuing = tokenIssuing(table);
const sessionPorts = { sessions: tableSessions(table), issuing, ids, clock: Date.now };
const origins = siteOrigins();
const contracts = variable("CONTRACTS");

async function loginAndBegin(credentials: Credentials) {
  const result = await login(ports, credentials);
  if (!result.ok) return result;
  const account = result.value;
  const tokens = await beginSessionWithAccess(sessionPorts, account, "signup");
  return accept({ account, ...tokens, device: makeDevice(account, ids) });
}

async function loginAndIssue(credentials: Credentials) {
  const result = await login(ports, credentials);
  return result.ok ? accept(await issueAccessToken(issuing, result.value)) : result;
}

export const handler = byMediaType({
  json:
    contracts.includes("signup") && endpoint({ contract: signupLogin, limit, origins, act: loginAndBegin }),
  form:
    contracts.includes("username") &&
    endpoint({ contract: usernameLogin, limit, origins, act: loginAndIssue }),
});
