import * as v from "valibot";
import { blankProfile } from "../../lib/core/account.ts";
import { emailSchema } from "../../lib/core/email.ts";
import { inviteSchema } from "../../lib/core/invitations.ts";
import { passwordSchema } from "../../lib/core/password.ts";
import type { Registered, Registration, RegistrationRefusalCode } from "../../lib/core/register.ts";
import { validate } from "../../lib/core/validate.ts";
import type { Contract } from "../../lib/http/contract.ts";
import { detail, keyReused, requestRefusals } from "./errors-wire.ts";

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
export const users: Contract<Registration, Registered, RegistrationRefusalCode> = {
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
