import type { TokenPair } from "../../lib/core/sessions/begin-session.ts";
import type { RotationRefusalCode } from "../../lib/core/sessions/rotate-session.ts";
import { accept } from "../../lib/core/shared/refusals.ts";
import { errorReply, requestRefusals } from "../../lib/dialects/signup/answers.ts";
import { noRefreshCookie, refreshCookie, refreshTokenOf } from "../../lib/dialects/signup/refresh-cookie.ts";
import type { Dialect } from "../../lib/http/dialect.ts";

/** With 401 the browser is rid of a token that will never be good again. */
const unauthorized = (code: string, message: string) => ({
  ...errorReply(401, code, message),
  cookies: [noRefreshCookie],
});

/** `POST /api/v1/auth/refresh-token`: changes the token in the cookie for the next one. There is no body. */
export const refreshToken: Dialect<string, TokenPair, RotationRefusalCode> = {
  body: "none",
  decode: (request) => accept(refreshTokenOf(request)),
  reply: ({ access, refresh }) => ({
    status: 200,
    cookies: [refreshCookie(refresh)],
    json: {
      status: "ok",
      message: "Here is a new access token.",
      details: [],
      access_token: access.token,
      token_type: "bearer",
      expires_in: access.expiresInSeconds,
    },
  }),
  refusals: {
    ...requestRefusals,
    "refresh-token-missing": () =>
      unauthorized("MISSING_REFRESH_TOKEN", "There is no refresh token. Log in first."),
    "refresh-token-invalid": () =>
      unauthorized("INVALID_REFRESH_TOKEN", "This session has ended. Log in again."),
    "refresh-token-reused": () =>
      unauthorized(
        "REFRESH_TOKEN_REUSE",
        "This refresh token was used before, so somebody else may have it. The session has ended; log in again.",
      ),
    "account-disabled": () => unauthorized("ACCOUNT_DEACTIVATED", "This account is deactivated."),
  },
};
