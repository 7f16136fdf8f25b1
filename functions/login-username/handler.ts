import { tokenIssuing } from "../../lib/aws/access-tokens.ts";
import { loginParts } from "../../lib/aws/login.ts";
import { variable } from "../../lib/aws/variables.ts";
import { issueAccessToken } from "../../lib/core/access-token.ts";
import { type Credentials, login } from "../../lib/core/login.ts";
import { accept, refuse } from "../../lib/core/refusals.ts";
import { endpoint } from "../../lib/http/endpoint.ts";
import { usernameLogin } from "./wire.ts";

const { table, ports, limit } = loginParts();
const issuing = tokenIssuing(table);
const origins = [variable("PUBLIC_URL"), ...variable("ALLOWED_ORIGINS")];

async function loginAndIssue(credentials: Credentials) {
  const result = await login(ports, credentials);
  if (result.ok) return accept(await issueAccessToken(issuing, result.value));
  // This contract has no words for locked or not verified: both are its "inactive".
  const isWrong = result.refusal.code === "credentials-wrong";
  return refuse({ code: isWrong ? "credentials-wrong" : "account-disabled" });
}

export const handler = endpoint({ contract: usernameLogin, limit, origins, act: loginAndIssue });
