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
  // Before the account is made: a key that cannot be had must not leave an account whose maker was told of a fault.
  await issuing.signer();
  const result = await register(ports, input, key);
  if (!result.ok) return result;
  const { view, account } = result.value;
  // A repeat gets no token where a login would get none.
  if (!account || obstacleTo(account)) return refuse({ code: "email-taken" });
  return accept({ view, access: await issueAccessToken(issuing, account) });
}

export const handler = orWithSlash(endpoint({ dialect: token, limit, act: registerAndIssue }));
