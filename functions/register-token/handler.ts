import { wireIssuing } from "../../lib/aws/wiring/access-tokens.ts";
import { wireRegistration } from "../../lib/aws/wiring/registration.ts";
import { issueAccessToken } from "../../lib/core/access-tokens/access-token.ts";
import { obstacleTo } from "../../lib/core/login/login.ts";
import { register } from "../../lib/core/registration/register.ts";
import type { Registration } from "../../lib/core/registration/registration.ts";
import { accept, refuse } from "../../lib/core/shared/refusals.ts";
import { endpoint, orWithSlash } from "../../lib/handlers/endpoint.ts";
import { token } from "./dialect.ts";

const { ports, limit, table } = wireRegistration("register-token");
const issuing = wireIssuing(table);

async function registerAndIssue(input: Registration & { username?: never }, key?: string) {
  // The signer is opened first. Otherwise a missing key would answer a fault although the account exists.
  await issuing.signer();
  const result = await register(ports, input, key);
  if (!result.ok) return result;
  const { view, account } = result.value;
  // A retry gets no token if a login would be refused.
  if (!account || obstacleTo(account)) return refuse({ code: "email-taken" });
  return accept({ view, access: await issueAccessToken(issuing, account) });
}

export const handler = orWithSlash(endpoint({ dialect: token, limit, act: registerAndIssue }));
