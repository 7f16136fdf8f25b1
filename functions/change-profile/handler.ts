import { wireBearer, wireBearerLimit } from "../../lib/aws/wiring/bearer.ts";
import { wireCipher } from "../../lib/aws/wiring/cipher.ts";
import { openProfileView } from "../../lib/core/account/profile-view.ts";
import { changeProfile, type ProfileChange } from "../../lib/core/account-management/change-profile.ts";
import { limits } from "../../lib/core/shared/limits.ts";
import { accept } from "../../lib/core/shared/refusals.ts";
import { endpoint } from "../../lib/handlers/endpoint.ts";
import { changeOfProfile } from "./dialect.ts";

const { table, ports } = wireBearer();
const cipher = wireCipher();

async function changeAndShow(change: ProfileChange) {
  const changed = await changeProfile(ports, change);
  if (!changed.ok) return changed;
  return accept(await openProfileView(cipher, changed.value));
}

export const handler = endpoint({
  dialect: changeOfProfile,
  limit: wireBearerLimit(table, "change-profile", limits.ownAccountRequestsPerMinute),
  act: changeAndShow,
});
