import type { IssuingPorts, VerifyingPorts } from "../../core/access-tokens/access-token.ts";
import { openKeyRing, openSigner } from "../../core/access-tokens/key-ring.ts";
import { randomIds } from "../../core/shared/ids.ts";
import { kmsCipher } from "../cipher.ts";
import { tableSigningKeys } from "../table/signing-keys.ts";
import type { Table } from "../table/table.ts";
import { variable } from "../variables.ts";

/** What a function issues access tokens with, on AWS. Its row needs `sign-tokens`. */
export function tokenIssuing(table: Table): IssuingPorts {
  const ring = openKeyRing(tableSigningKeys(table), Date.now);
  const signer = openSigner(ring, kmsCipher(variable("KEY_ARN")));
  return { signer, ids: randomIds, clock: Date.now, ...parties() };
}

/** What a function checks access tokens with, on AWS. Its row needs `verify-tokens`. */
export function tokenVerification(table: Table): VerifyingPorts {
  return { keys: openKeyRing(tableSigningKeys(table), Date.now), clock: Date.now, ...parties() };
}

const parties = () => ({ issuer: variable("PUBLIC_URL"), audience: variable("PRODUCT_NAME") });
