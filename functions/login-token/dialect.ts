import * as v from "valibot";
import type { AccessToken } from "../../lib/core/access-tokens/access-token.ts";
import type { Account } from "../../lib/core/account/account.ts";
import { type Credentials, credentialSchema, type LoginRefusalCode } from "../../lib/core/login/login.ts";
import { validate } from "../../lib/core/shared/validate.ts";
import { errorReply, requestRefusals } from "../../lib/dialects/token/answers.ts";
import type { Dialect } from "../../lib/http/dialect.ts";

const schema = v.pipe(
  v.object({ email: credentialSchema, password: credentialSchema }),
  v.transform(({ email, password }): Credentials => ({ identifier: email, password })),
);

/** An account logged in, and a token for whoever did it. */
export interface LoggedIn {
  readonly account: Account;
  readonly access: AccessToken;
}

const wrong = () =>
  errorReply(401, "invalid_credentials", { title: "No active account with these credentials" });

/** `POST /api/auth/login/`, and the same without the slash: one text for whatever stands in the way. */
export const tokenLogin: Dialect<Credentials, LoggedIn, LoginRefusalCode> = {
  body: "json",
  decode: ({ fields }) => validate(schema, fields),
  reply: ({ account, access }) => {
    // An account made through a contract without integer ids has none.
    const id = account.number ?? null;
    return { status: 200, json: { access: access.token, user_id: id, profile_id: id } };
  },
  refusals: {
    ...requestRefusals,
    "credentials-wrong": wrong,
    "account-locked": wrong,
    "email-not-verified": wrong,
    "account-disabled": wrong,
    "account-deleted": wrong,
  },
};
