import { tokenIssuing } from "../../lib/aws/access-tokens.ts";
import { loginParts } from "../../lib/aws/login.ts";
import { issueAccessToken } from "../../lib/core/access-token.ts";
import { type Credentials, login } from "../../lib/core/login.ts";
import { accept } from "../../lib/core/refusals.ts";
import { endpoint, orWithSlash } from "../../lib/http/endpoint.ts";
import { tokenLogin } from "./wire.ts";

const { table, ports, limit } = loginParts();
const issuing = tokenIssuing(table);

async function loginAndIssue(credentials: Credentials) {
  const result = await login(ports, credentials);
  if (!result.ok) return result;
  return accept({ account: result.value, access: await issueAccessToken(issuing, result.value) });
}

export const handler = orWithSlash(endpoint({ contract: tokenLogin, limit, act: loginAndIssue }));
