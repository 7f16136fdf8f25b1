import type { BearerRefusalCode } from "../../lib/core/sessions/authenticate.ts";
import { accept } from "../../lib/core/shared/refusals.ts";
import { accessTokenErrors, inJson, requestErrors } from "../../lib/dialects/signup/answers.ts";
import { noRefreshCookie } from "../../lib/dialects/signup/refresh-cookie.ts";
import type { Dialect } from "../../lib/http/dialect.ts";

/**
 * `POST /api/v1/auth/logout`, with an access token. It ignores the cookie, so that an attacker's page cannot log its
 * visitor out.
 */
export const logout: Dialect<string, void, BearerRefusalCode> = {
  body: "none",
  decode: ({ bearer }) => accept(bearer),
  reply: () => ({
    status: 200,
    cookies: [noRefreshCookie],
    json: { status: "ok", message: "Logged out.", details: [] },
  }),
  refusals: inJson({ ...requestErrors, ...accessTokenErrors }),
};
