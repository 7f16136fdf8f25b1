import * as v from "valibot";
import { emailSchema } from "../../lib/core/account/email.ts";
import { blankProfile } from "../../lib/core/account/profile.ts";
import type { ProfileView } from "../../lib/core/account/profile-view.ts";
import { inviteSchema } from "../../lib/core/invitations/invitation.ts";
import { passwordSchema } from "../../lib/core/passwords/password.ts";
import type { Registration, RegistrationRefusalCode } from "../../lib/core/registration/registration.ts";
import { validate } from "../../lib/core/shared/validate.ts";
import { detail, keyReused, requestRefusals } from "../../lib/dialects/fastapi/answers.ts";
import type { Dialect } from "../../lib/http/dialect.ts";

const fields = v.pipe(
  v.object({ email: emailSchema, password: passwordSchema, invite: inviteSchema }),
  v.transform(
    ({ email, password, invite }): Registration => ({
      contract: "users",
      email,
      password,
      invite,
      profile: blankProfile,
    }),
  ),
);

/** `POST /api/users/register`. */
export const users: Dialect<Registration, ProfileView, RegistrationRefusalCode> = {
  body: "json",
  decode: ({ fields: input }) => validate(fields, input),
  reply: ({ number, email, createdAt }) => ({
    status: 201,
    json: { id: number, email, created_at: createdAt },
  }),
  refusals: {
    ...requestRefusals,
    "invitation-invalid": () => detail(403, "Invalid invitation"),
    "email-taken": () => detail(400, "Email already registered"),
    "idempotency-key-reused": keyReused,
  },
};
