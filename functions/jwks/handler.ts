import { tableSigningKeys } from "../../lib/aws/table/signing-keys.ts";
import { openTable } from "../../lib/aws/table/table.ts";
import { variable } from "../../lib/aws/variables.ts";
import { openKeyRing } from "../../lib/core/access-tokens/key-ring.ts";
import { accept } from "../../lib/core/shared/refusals.ts";
import { endpoint } from "../../lib/handlers/endpoint.ts";
import { keySet } from "./dialect.ts";

const ring = openKeyRing(tableSigningKeys(openTable(variable("TABLE_NAME"))), Date.now);

export const handler = endpoint({ dialect: keySet, act: async () => accept(await ring.published()) });
