import { tokenVerification } from "../../lib/aws/access-tokens.ts";
import { tableAccounts } from "../../lib/aws/accounts.ts";
import { kmsCipher } from "../../lib/aws/cipher.ts";
import { openTable } from "../../lib/aws/table.ts";
import { variable } from "../../lib/aws/variables.ts";
import { verifyAccessToken } from "../../lib/core/access-token.ts";
import { accept, refuse } from "../../lib/core/refusals.ts";
import { endpoint } from "../../lib/http/endpoint.ts";
import { usersMe } from "./wire.ts";

const table = openTable(variable("TABLE_NAME"));
const accounts = tableAccounts(table, Date.now);
const cipher = kmsCipher(variable("KEY_ARN"));
const verification = tokenVerification(table);

async function showEmail(token: string) {
  const claims = await verifyAccessToken(verification, token);
  if (!claims.ok) return claims;
  // The account is looked at as well: a token outlives its deletion and its being disabled by minutes.
  const account = await accounts.find(claims.value.accountId);
  if (!account?.isActive) return refuse({ code: "access-token-invalid" });
  return accept(await cipher.decryptEmail(account.id, account.emailCiphertext));
}

export const handler = endpoint({ contract: usersMe, act: showEmail });
