import * as v from "valibot";
import { type Credentials, credentialSchema, type LoginRefusalCode } from "../../lib/core/login/login.ts";
import type { TokenPair } from "../../lib/core/sessions/begin-session.ts";
import { validate } from "../../lib/core/shared/validate.ts";
import { detail, requestRefusals } from "../../lib/dialects/fastapi/answers.ts";
import type { Dialect } from "../../lib/http/dialect.ts";

const schema = v.pipe(
  v.object({ username: credentialSchema, password: credentialSchema }),
  v.transform(({ username, password }): Credentials => ({ identifier: username, password })),
);

const wrong = () => detail(400, "Invalid credentials");

/** `POST /api/users/login` as a form. Every failed login gets one text. */
export const usersLogin: Dialect<Credentials, TokenPair, LoginRefusalCode> = {
  body: "form",
  decode: ({ fields }) => validate(schema, fields),
  reply: ({ access, refresh }) => ({
    status: 200,
    json: { access_token: access.token, refresh_token: refresh, token_type: "bearer" },
  }),
  refusals: {
    ...requestRefusals,
    "credentials-wrong": wrong,
    "account-locked": wrong,
    "email-not-verified": wrong,
    "account-disabled": wrong,
    "account-deleted": wrong,
  },
};
