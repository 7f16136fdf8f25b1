import type { ProfileView } from "../../lib/core/account/profile-view.ts";
import { accept } from "../../lib/core/shared/refusals.ts";
import { detail, requestRefusals } from "../../lib/dialects/fastapi/answers.ts";
import { bearerChallenge, type Dialect, type DialectRequest, type Reply } from "../../lib/http/dialect.ts";

const unauthorized = (_: unknown, request: DialectRequest): Reply => ({
  ...detail(401, "Invalid or expired access token"),
  headers: bearerChallenge(request),
});

/** `GET /api/users/me`, with an access token. */
export const usersMe: Dialect<string, ProfileView, "access-token-invalid" | "access-token-expired"> = {
  body: "none",
  decode: ({ bearer }) => accept(bearer),
  reply: ({ email }) => ({ status: 200, json: { email } }),
  refusals: {
    ...requestRefusals,
    "access-token-invalid": unauthorized,
    "access-token-expired": unauthorized,
  },
};
