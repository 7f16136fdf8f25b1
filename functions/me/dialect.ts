import type { ProfileView } from "../../lib/core/account/profile-view.ts";
import type { BearerRefusalCode } from "../../lib/core/sessions/authenticate.ts";
import { accept } from "../../lib/core/shared/refusals.ts";
import { accessTokenErrors, inJson, requestErrors } from "../../lib/dialects/signup/answers.ts";
import { profileReply } from "../../lib/dialects/signup/profile.ts";
import type { Dialect } from "../../lib/http/dialect.ts";

/** `GET /api/v1/users/me`, with an access token. */
export const me: Dialect<string, ProfileView, BearerRefusalCode> = {
  body: "none",
  decode: ({ bearer }) => accept(bearer),
  reply: (view) => profileReply(view, "This is your profile."),
  refusals: inJson({ ...requestErrors, ...accessTokenErrors }),
};
