import type { AccessTokenRefusalCode } from "../../lib/core/access-tokens/access-token.ts";
import { accept } from "../../lib/core/shared/refusals.ts";
import { accessTokenRefusals, requestRefusals } from "../../lib/dialects/signup/answers.ts";
import { noRefreshCookie } from "../../lib/dialects/signup/refresh-cookie.ts";
import type { Contract } from "../../lib/http/contract.ts";

/**
 * `POST /api/v1/auth/logout`, with an access token as bearer. The cookie is not looked at, so that no page of another site
 * can log its visitor out.
 */
export const logout: Contract<string, void, AccessTokenRefusalCode> = {
  body: "none",
  decode: ({ bearer }) => accept(bearer),
  reply: () => ({
    status: 200,
    cookies: [noRefreshCookie],
    json: { status: "ok", message: "Logged out.", details: [] },
  }),
  refusals: { ...requestRefusals, ...accessTokenRefusals },
};
