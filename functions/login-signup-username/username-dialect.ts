import * as v from "valibot";
import type { AccessToken } from "../../lib/core/access-tokens/access-token.ts";
import { type Credentials, credentialSchema, type LoginRefusalCode } from "../../lib/core/login/login.ts";
import { validate } from "../../lib/core/shared/validate.ts";
import { detail, requestRefusals } from "../../lib/dialects/fastapi/answers.ts";
import type { Dialect } from "../../lib/http/dialect.ts";

const schema = v.pipe(
  v.object({ username: credentialSchema, password: credentialSchema }),
  v.transform(({ username, password }): Credentials => ({ identifier: username, password })),
);

// The contract has no words for a locked or unverified account, so both are "inactive".
const inactive = () => detail(400, "Inactive account");

/** `POST /api/v1/auth/login` as a form, as OAuth 2 clients send it. `username` is a username or an email address. */
export const usernameLogin: Dialect<Credentials, AccessToken, LoginRefusalCode> = {
  body: "form",
  decode: ({ fields }) => validate(schema, fields),
  reply: ({ token }) => ({ status: 200, json: { access_token: token, token_type: "bearer" } }),
  refusals: {
    ...requestRefusals,
    "credentials-wrong": () => detail(401, "Bad credentials"),
    "account-locked": inactive,
    "email-not-verified": inactive,
    "account-disabled": inactive,
    "account-deleted": inactive,
  },
};
