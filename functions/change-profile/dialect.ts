import * as v from "valibot";
import { languageSchema } from "../../lib/core/account/language.ts";
import { fullNameSchema } from "../../lib/core/account/profile.ts";
import type { ProfileView } from "../../lib/core/account/profile-view.ts";
import type { ProfileChange } from "../../lib/core/account-management/change-profile.ts";
import type { BearerRefusalCode } from "../../lib/core/sessions/authenticate.ts";
import { accept } from "../../lib/core/shared/refusals.ts";
import { validate } from "../../lib/core/shared/validate.ts";
import { accessTokenErrors, inJson, requestErrors } from "../../lib/dialects/signup/answers.ts";
import { profileReply } from "../../lib/dialects/signup/profile.ts";
import type { Dialect } from "../../lib/http/dialect.ts";

const schema = v.pipe(
  v.object({
    full_name: v.optional(v.nullable(fullNameSchema)),
    speaking_language: v.optional(languageSchema),
    listening_language: v.optional(languageSchema),
  }),
  v.check((fields) => Object.keys(fields).length > 0, "nothing-to-change"),
  v.transform(({ full_name, speaking_language, listening_language }) => ({
    ...(full_name !== undefined && { fullName: full_name }),
    ...(speaking_language !== undefined && { speakingLanguage: speaking_language }),
    ...(listening_language !== undefined && { listeningLanguage: listening_language }),
  })),
);

/** `PATCH /api/v1/users/me`, with an access token. */
export const changeOfProfile: Dialect<ProfileChange, ProfileView, BearerRefusalCode> = {
  body: "json",
  decode({ fields, bearer }) {
    const profile = validate(schema, fields);
    return profile.ok ? accept({ bearer, profile: profile.value }) : profile;
  },
  reply: (view) => profileReply(view, "Your profile is changed."),
  refusals: inJson({ ...requestErrors, ...accessTokenErrors }),
};
