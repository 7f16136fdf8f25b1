import * as v from "valibot";
import type { AccessToken } from "../../lib/core/access-tokens/access-token.ts";
import { emailSchema } from "../../lib/core/account/email.ts";
import { blankProfile } from "../../lib/core/account/profile.ts";
import type { ProfileView } from "../../lib/core/account/profile-view.ts";
import { inviteSchema } from "../../lib/core/invitations/invitation.ts";
import { passwordSchema } from "../../lib/core/passwords/password.ts";
import type { Registration, RegistrationRefusalCode } from "../../lib/core/registration/registration.ts";
import { validate } from "../../lib/core/shared/validate.ts";
import { requestRefusals, told } from "../../lib/dialects/token/answers.ts";
import type { Dialect } from "../../lib/http/dialect.ts";

const schema = v.pipe(
  v.object({ email: emailSchema, password: passwordSchema, invite: inviteSchema }),
  v.transform(
    ({ email, password, invite }): Registration => ({
      contract: "token",
      email,
      password,
      invite,
      profile: blankProfile,
    }),
  ),
);

/** A new account, with an access token for its owner. */
export interface RegisteredWithToken {
  readonly view: ProfileView;
  readonly access: AccessToken;
}

/** `POST /api/auth/register/`, with or without the final slash. */
export const token: Dialect<Registration, RegisteredWithToken, RegistrationRefusalCode> = {
  body: "json",
  decode: ({ fields }) => validate(schema, fields),
  reply: ({ view, access }) => ({
    status: 201,
    json: { access: access.token, user_id: view.number },
  }),
  refusals: {
    ...requestRefusals,
    "invitation-invalid": told(403, "invitation_invalid"),
    "email-taken": told(409, "email_taken"),
    "idempotency-key-reused": told(422, "idempotency_key_reused"),
  },
};
