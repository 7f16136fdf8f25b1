import type { TokenPair } from "../../lib/core/sessions/begin-session.ts";
import type { RotationRefusalCode } from "../../lib/core/sessions/rotate-session.ts";
import { accept } from "../../lib/core/shared/refusals.ts";
import { type ErrorAnswer, errorOf, inJson, requestErrors } from "../../lib/dialects/signup/answers.ts";
import { noRefreshCookie, refreshCookie, refreshTokenOf } from "../../lib/dialects/signup/refresh-cookie.ts";
import type { Dialect } from "../../lib/http/dialect.ts";
import type { Words } from "../../lib/http/words.ts";

/** Answers 401 and removes the refresh token from the browser, since it can never become valid again. */
const unauthorized = (code: string, words: Words): ErrorAnswer => ({
  ...errorOf(401, code, words),
  cookies: [noRefreshCookie],
});

/** `POST /api/v1/auth/refresh-token`: rotates the refresh token in the cookie. It takes no body. */
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
  refusals: inJson({
    ...requestErrors,
    "refresh-token-missing": () =>
      unauthorized("MISSING_REFRESH_TOKEN", { title: "There is no refresh token", text: "Log in first." }),
    "refresh-token-invalid": () =>
      unauthorized("INVALID_REFRESH_TOKEN", { title: "This session has ended", text: "Log in again." }),
    "refresh-token-reused": () =>
      unauthorized("REFRESH_TOKEN_REUSE", {
        title: "This refresh token was used before, so somebody else may have it",
        text: "The session has ended. Log in again.",
      }),
    "account-disabled": () => unauthorized("ACCOUNT_DEACTIVATED", { title: "This account is deactivated" }),
  }),
};
