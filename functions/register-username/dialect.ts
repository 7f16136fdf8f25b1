import * as v from "valibot";
import { emailSchema } from "../../lib/core/account/email.ts";
import { blankProfile } from "../../lib/core/account/profile.ts";
import type { ProfileView } from "../../lib/core/account/profile-view.ts";
import { usernameSchema } from "../../lib/core/account/username.ts";
import { inviteSchema } from "../../lib/core/invitations/invitation.ts";
import { passwordWithSpecialSchema } from "../../lib/core/passwords/password.ts";
import type {
  RegistrationRefusalCode,
  RegistrationWithUsername,
} from "../../lib/core/registration/registration.ts";
import { validate } from "../../lib/core/shared/validate.ts";
import { detail, keyReused, requestRefusals } from "../../lib/dialects/fastapi/answers.ts";
import type { Dialect } from "../../lib/http/dialect.ts";

/** The owner's settings for this contract. */
export interface UsernamePolicy {
  /** Names in lower case that nobody may take. */
  readonly reserved: readonly string[];
  /** Roles that a caller may ask for at sign-up. */
  readonly roles: readonly string[];
}

const fieldsOf = ({ reserved, roles }: UsernamePolicy) =>
  v.pipe(
    v.object({
      username: usernameSchema(reserved),
      email: emailSchema,
      password: passwordWithSpecialSchema,
      role: v.optional(
        v.pipe(
          v.string(),
          v.check((role) => roles.includes(role), "role"),
        ),
      ),
      invite: inviteSchema,
    }),
    v.transform(
      ({ username, email, password, role = "user", invite }): RegistrationWithUsername => ({
        contract: "username",
        username,
        email,
        password,
        role,
        invite,
        profile: blankProfile,
      }),
    ),
  );

/** `POST /api/v1/auth/register`. */
export function username(
  policy: UsernamePolicy,
): Dialect<RegistrationWithUsername, ProfileView, RegistrationRefusalCode | "username-taken"> {
  const fields = fieldsOf(policy);
  return {
    body: "json",
    decode: ({ fields: input }) => validate(fields, input),
    reply: ({ username, email, id, role, createdAt }) => ({
      status: 201,
      json: { username, email, id, role, created_at: createdAt },
    }),
    refusals: {
      ...requestRefusals,
      "invitation-invalid": () => detail(403, "Invalid invitation"),
      "email-taken": () => detail(400, "Email taken"),
      "username-taken": () => detail(400, "Username taken"),
      "idempotency-key-reused": keyReused,
    },
  };
}
