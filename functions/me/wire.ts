import type { AccessTokenRefusalCode } from "../../lib/core/access-tokens/access-token.ts";
import type { Registered } from "../../lib/core/registration/registration.ts";
import { accept } from "../../lib/core/shared/refusals.ts";
import { accessTokenRefusals, requestRefusals } from "../../lib/dialects/signup/answers.ts";
import { profileReply } from "../../lib/dialects/signup/profile.ts";
import type { Contract } from "../../lib/http/contract.ts";

/** `GET /api/v1/users/me`, with an access token as bearer. */
export const me: Contract<string, Registered, AccessTokenRefusalCode> = {
  body: "none",
  decode: ({ bearer }) => accept(bearer),
  reply: (account) => profileReply(account, "This is your profile."),
  refusals: { ...requestRefusals, ...accessTokenRefusals },
};
