import { bearerParts } from "../../lib/aws/bearer.ts";
import { endAllSessions, endOneSession, listSessions } from "../../lib/core/manage-sessions.ts";
import { byRoute, endpoint } from "../../lib/http/endpoint.ts";
import { endAll, endOne, list } from "./wire.ts";

const { ports } = bearerParts();

export const handler = byRoute({
  "GET /api/v1/users/me/sessions": endpoint({
    contract: list,
    act: (token) => listSessions(ports, token),
  }),
  "DELETE /api/v1/users/me/sessions/{id}": endpoint({
    contract: endOne,
    act: (named) => endOneSession(ports, named),
  }),
  "DELETE /api/v1/users/me/sessions": endpoint({
    contract: endAll,
    act: (token) => endAllSessions(ports, token),
  }),
});
