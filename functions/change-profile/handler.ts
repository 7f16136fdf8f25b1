import { kmsCipher } from "../../lib/aws/cipher.ts";
import { variable } from "../../lib/aws/variables.ts";
import { bearerLimit, bearerParts } from "../../lib/aws/wiring/bearer.ts";
import { changeProfile, type ProfileChange } from "../../lib/core/account-management/change-profile.ts";
import { limits } from "../../lib/core/shared/limits.ts";
import { accept } from "../../lib/core/shared/refusals.ts";
import { endpoint } from "../../lib/handlers/endpoint.ts";
import { changeOfProfile } from "./dialect.ts";

const { table, ports } = bearerParts();
const cipher = kmsCipher(variable("KEY_ARN"));

async function changeAndShow(change: ProfileChange) {
  const changed = await changeProfile(ports, change);
  if (!changed.ok) return changed;
  const account = changed.value;
  return accept({ ...account, email: await cipher.decryptEmail(account.id, account.emailCiphertext) });
}

export const handler = endpoint({
  dialect: changeOfProfile,
  limit: bearerLimit(table, "change-profile", limits.ownAccountRequestsPerMinute),
  act: changeAndShow,
});
