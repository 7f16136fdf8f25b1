import type { AccessTokenRefusalCode } from "../../lib/core/access-tokens/access-token.ts";
import type { Registered } from "../../lib/core/registration/registration.ts";
import { accept } from "../../lib/core/shared/refusals.ts";
import type { Contract, Reply } from "../../lib/http/contract.ts";
import { accessTokenRefusals, requestRefusals } from "../register-signup/errors-wire.ts";
import { publicProfile } from "../register-signup/profile-wire.ts";

/** The own profile. Accounts of every contract come here, so their other names are in it as well. */
export const profileReply = (account: Registered, message: string): Reply => ({
  status: 200,
  json: {
    status: "ok",
    message,
    details: [],
    ...publicProfile(account),
    account_id: account.id,
    username: account.username ?? null,
  },
});

/** `GET /api/v1/users/me`, with an access token as bearer. */
export const me: Contract<string, Registered, AccessTokenRefusalCode> = {
  body: "none",
  decode: ({ bearer }) => accept(bearer),
  reply: (account) => profileReply(account, "This is your profile."),
  refusals: { ...requestRefusals, ...accessTokenRefusals },
};
