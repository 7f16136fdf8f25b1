import { variable } from "../../lib/aws/variables.ts";
import { accept } from "../../lib/core/shared/refusals.ts";
import { endpoint } from "../../lib/handlers/endpoint.ts";
import { discovery } from "./dialect.ts";

const issuer = variable("PUBLIC_URL");

export const handler = endpoint({ dialect: discovery, act: async () => accept(issuer) });
