import type { IssuingPorts, VerifyingPorts } from "../../core/access-tokens/access-token.ts";
import { openKeyRing, openSigner } from "../../core/access-tokens/key-ring.ts";
import { randomIds } from "../../core/shared/ids.ts";
import { tableSigningKeys } from "../table/signing-keys.ts";
import type { Table } from "../table/table.ts";
import { variable } from "../variables.ts";
import { wireCipher } from "./cipher.ts";

/** Opens the ring of signing keys. The row needs `read-signing-keys`, `sign-tokens` or `verify-tokens`. */
export const wireKeyRing = (table: Table) => openKeyRing(tableSigningKeys(table), Date.now);

/** Issues access tokens. The row needs `sign-tokens`. */
export const wireIssuing = (table: Table): IssuingPorts => ({
  signer: openSigner(wireKeyRing(table), wireCipher()),
  ids: randomIds,
  clock: Date.now,
  ...parties(),
});

/** Verifies access tokens. The row needs `verify-tokens`. */
export const wireVerifying = (table: Table): VerifyingPorts => ({
  keys: wireKeyRing(table),
  clock: Date.now,
  ...parties(),
});

const parties = () => ({ issuer: variable("PUBLIC_URL"), audience: variable("PRODUCT_NAME") });
