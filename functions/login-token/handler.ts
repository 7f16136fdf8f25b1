import { wireIssuing } from "../../lib/aws/wiring/access-tokens.ts";
import { wireLogin } from "../../lib/aws/wiring/login.ts";
import { issueAccessToken } from "../../lib/core/access-tokens/access-token.ts";
import type { Credentials } from "../../lib/core/login/login.ts";
import { loginAndAnnounce } from "../../lib/core/login/login-and-announce.ts";
import { endpoint, orWithSlash } from "../../lib/handlers/endpoint.ts";
import { tokenLogin } from "./dialect.ts";

const { table, ports, limit } = wireLogin();
const issuing = wireIssuing(table);

const loginAndIssue = (credentials: Credentials) =>
  loginAndAnnounce(ports, credentials, async (account) => ({
    given: { number: account.number, access: await issueAccessToken(issuing, account) },
  }));

export const handler = orWithSlash(endpoint({ dialect: tokenLogin, limit, act: loginAndIssue }));
