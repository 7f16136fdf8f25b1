import * as v from "valibot";
import type { PasswordChange, PasswordChangeRefusalCode } from "../../lib/core/passwords/change-password.ts";
import { passwordSchema } from "../../lib/core/passwords/password.ts";
import { accept } from "../../lib/core/shared/refusals.ts";
import { validate } from "../../lib/core/shared/validate.ts";
import {
  accessTokenErrors,
  inJson,
  passwordErrors,
  requestErrors,
  samePassword,
} from "../../lib/dialects/signup/answers.ts";
import type { Dialect } from "../../lib/http/dialect.ts";

const schema = v.object({ current_password: v.string(), new_password: passwordSchema });

/** `POST /api/v1/auth/change-password`, with an access token. */
export const change: Dialect<PasswordChange, void, PasswordChangeRefusalCode> = {
  body: "json",
  decode({ fields, bearer }) {
    const input = validate(schema, fields);
    if (!input.ok) return input;
    const { current_password: current, new_password: password } = input.value;
    return accept({ bearer, current, password });
  },
  reply: () => ({ status: 200, json: { status: "ok", message: "The password is changed.", details: [] } }),
  refusals: inJson({
    ...requestErrors,
    ...accessTokenErrors,
    ...samePassword,
    ...passwordErrors("The current password is wrong"),
  }),
};
