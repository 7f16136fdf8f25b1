import { wireBearer, wireBearerLimit } from "../../lib/aws/wiring/bearer.ts";
import { endAllSessions, endOneSession, listSessions } from "../../lib/core/sessions/manage-sessions.ts";
import { limits } from "../../lib/core/shared/limits.ts";
import { byRoute, endpoint } from "../../lib/handlers/endpoint.ts";
import { endAll, endOne, list } from "./dialect.ts";

const { table, ports } = wireBearer();
const limit = wireBearerLimit(table, "sessions", limits.ownAccountRequestsPerMinute);

export const handler = byRoute({
  "GET /api/v1/users/me/sessions": endpoint({
    dialect: list,
    limit,
    act: (token) => listSessions(ports, token),
  }),
  "DELETE /api/v1/users/me/sessions/{id}": endpoint({
    dialect: endOne,
    limit,
    act: (named) => endOneSession(ports, named),
  }),
  "DELETE /api/v1/users/me/sessions": endpoint({
    dialect: endAll,
    limit,
    act: (token) => endAllSessions(ports, token),
  }),
});
