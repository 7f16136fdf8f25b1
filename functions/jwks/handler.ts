import { wireKeyRing } from "../../lib/aws/wiring/access-tokens.ts";
import { wireTable } from "../../lib/aws/wiring/table.ts";
import { accept } from "../../lib/core/shared/refusals.ts";
import { endpoint } from "../../lib/handlers/endpoint.ts";
import { keySet } from "./dialect.ts";

const ring = wireKeyRing(wireTable());

export const handler = endpoint({ dialect: keySet, act: async () => accept(await ring.published()) });
