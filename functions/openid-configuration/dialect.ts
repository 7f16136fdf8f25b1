import { limits } from "../../lib/core/shared/limits.ts";
import { accept } from "../../lib/core/shared/refusals.ts";
import { inJson, requestErrors } from "../../lib/dialects/signup/answers.ts";
import type { Dialect } from "../../lib/http/dialect.ts";

/**
 * `GET /.well-known/openid-configuration`: leads verifiers from the issuer to its keys (OpenID Connect Discovery 1.0
 * section 4). It names no authorization endpoint, since there is none. The specification requires the three lists even so.
 */
export const discovery: Dialect<void, string> = {
  body: "none",
  decode: () => accept(undefined),
  reply: (issuer) => ({
    status: 200,
    headers: { "cache-control": `public, max-age=${limits.keySetMaxAgeSeconds}` },
    json: {
      issuer,
      jwks_uri: `${issuer}/.well-known/jwks.json`,
      response_types_supported: ["token"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: ["RS256"],
      claims_supported: [
        "iss",
        "sub",
        "aud",
        "exp",
        "iat",
        "jti",
        "email_verified",
        "role",
        "epoch",
        "sid",
        "preferred_username",
      ],
    },
  }),
  refusals: inJson(requestErrors),
};
