import { wireBearer, wireBearerLimit } from "../../lib/aws/wiring/bearer.ts";
import { logOut } from "../../lib/core/sessions/manage-sessions.ts";
import { limits } from "../../lib/core/shared/limits.ts";
import { endpoint } from "../../lib/handlers/endpoint.ts";
import { logout } from "./dialect.ts";

const { table, ports } = wireBearer();

export const handler = endpoint({
  dialect: logout,
  limit: wireBearerLimit(table, "logout", limits.ownAccountRequestsPerMinute),
  act: (token) => logOut(ports, token),
});
