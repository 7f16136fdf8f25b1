import * as v from "valibot";
import type { Deletion, DeletionRefusalCode } from "../../lib/core/account-management/delete-account.ts";
import { accept } from "../../lib/core/shared/refusals.ts";
import { validate } from "../../lib/core/shared/validate.ts";
import {
  accessTokenErrors,
  inJson,
  passwordErrors,
  requestErrors,
} from "../../lib/dialects/signup/answers.ts";
import { noRefreshCookie } from "../../lib/dialects/signup/refresh-cookie.ts";
import type { Dialect } from "../../lib/http/dialect.ts";

const schema = v.object({ password: v.string() });

/** `DELETE /api/v1/users/me`, with an access token, and the password in the body. */
export const ownDeletion: Dialect<Deletion, void, DeletionRefusalCode> = {
  body: "json",
  decode({ fields, bearer }) {
    const input = validate(schema, fields);
    return input.ok ? accept({ bearer, password: input.value.password }) : input;
  },
  reply: () => ({
    status: 200,
    cookies: [noRefreshCookie],
    json: { status: "ok", message: "Your account is deleted.", details: [] },
  }),
  refusals: inJson({ ...requestErrors, ...accessTokenErrors, ...passwordErrors() }),
};
