import type { AccessToken } from "../../lib/core/access-tokens/access-token.ts";
import { accept } from "../../lib/core/shared/refusals.ts";
import { detail, requestRefusals } from "../../lib/dialects/fastapi/answers.ts";
import type { Dialect } from "../../lib/http/dialect.ts";

/** `POST /api/users/refresh`, with the token in the header `refresh-token`. */
export const usersRefresh: Dialect<string, AccessToken, "refresh-token-invalid"> = {
  body: "none",
  decode: ({ refreshToken }) => accept(refreshToken),
  reply: ({ token }) => ({ status: 200, json: { access_token: token, token_type: "bearer" } }),
  refusals: { ...requestRefusals, "refresh-token-invalid": () => detail(401, "Invalid refresh token") },
};
