import type { SigningKey } from "../../lib/core/access-tokens/signing-key.ts";
import { limits } from "../../lib/core/shared/limits.ts";
import { accept } from "../../lib/core/shared/refusals.ts";
import { inJson, requestErrors } from "../../lib/dialects/signup/answers.ts";
import type { Dialect } from "../../lib/http/dialect.ts";

/** `GET /.well-known/jwks.json`: the public keys that verify access tokens (RFC 7517 5). */
export const keySet: Dialect<void, readonly SigningKey[]> = {
  body: "none",
  decode: () => accept(undefined),
  reply: (keys) => ({
    status: 200,
    headers: { "cache-control": `public, max-age=${limits.keySetMaxAgeSeconds}` },
    json: { keys: keys.map(publicKey) },
  }),
  refusals: inJson(requestErrors),
};

/** Members are picked by name, so that no other part of a key can leak. */
const publicKey = ({ kid, publicJwk: { kty, n, e } }: SigningKey) => ({
  kid,
  use: "sig",
  alg: "RS256",
  kty,
  n,
  e,
});
