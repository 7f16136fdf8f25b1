import { tableSessions } from "../../lib/aws/table/sessions.ts";
import { wireBrand } from "../../lib/aws/wiring/brand.ts";
import { wireCallerLimit } from "../../lib/aws/wiring/caller-limit.ts";
import { wireTable } from "../../lib/aws/wiring/table.ts";
import { endSession } from "../../lib/core/sessions/use-session.ts";
import { limits } from "../../lib/core/shared/limits.ts";
import { accept } from "../../lib/core/shared/refusals.ts";
import { endpoint } from "../../lib/handlers/endpoint.ts";
import { sessionOf } from "../../lib/http/dialect.ts";
import { logout } from "./dialect.ts";

const table = wireTable();
const sessions = tableSessions(table);
const limit = wireCallerLimit(table, "logout-form", limits.ownAccountRequestsPerMinute);

export const handler = endpoint({
  dialect: logout,
  limit: { ...limit, credentialOf: sessionOf },
  brand: wireBrand(),
  act: async (session) => accept(await endSession({ sessions }, session, "form")),
});
