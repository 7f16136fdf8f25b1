import * as v from "valibot";
import { emailSchema } from "../../lib/core/account/email.ts";
import { languageSchema } from "../../lib/core/account/language.ts";
import { fullNameSchema } from "../../lib/core/account/profile.ts";
import type { ProfileView } from "../../lib/core/account/profile-view.ts";
import { inviteSchema } from "../../lib/core/invitations/invitation.ts";
import { passwordSchema } from "../../lib/core/passwords/password.ts";
import type { Registration, RegistrationRefusalCode } from "../../lib/core/registration/registration.ts";
import { validate } from "../../lib/core/shared/validate.ts";
import { inJson, requestErrors, told } from "../../lib/dialects/signup/answers.ts";
import { publicProfile } from "../../lib/dialects/signup/profile.ts";
import type { Dialect } from "../../lib/http/dialect.ts";

const fields = v.pipe(
  v.object({
    email: emailSchema,
    password: passwordSchema,
    // FluentMeet's client sends null for a name that was not given.
    full_name: v.nullish(fullNameSchema, ""),
    speaking_language: v.optional(languageSchema, "en"),
    listening_language: v.optional(languageSchema, "en"),
    invite: inviteSchema,
  }),
  v.transform(
    ({ email, password, full_name, speaking_language, listening_language, invite }): Registration => ({
      contract: "signup",
      email,
      password,
      invite,
      profile: {
        fullName: full_name,
        speakingLanguage: speaking_language,
        listeningLanguage: listening_language,
      },
    }),
  ),
);

/** `POST /api/v1/auth/signup`. */
export const signup: Dialect<Registration, ProfileView, RegistrationRefusalCode> = {
  body: "json",
  decode: ({ fields: input }) => validate(fields, input),
  reply: (view) => ({ status: 201, json: publicProfile(view) }),
  refusals: inJson({
    ...requestErrors,
    "invitation-invalid": told(403, "INVITATION_INVALID"),
    "email-taken": told(409, "EMAIL_ALREADY_REGISTERED"),
    "idempotency-key-reused": told(422, "IDEMPOTENCY_KEY_REUSED"),
  }),
};
