import { bearerLimit, bearerParts } from "../../lib/aws/bearer.ts";
import { limits } from "../../lib/core/limits.ts";
import { logOut } from "../../lib/core/manage-sessions.ts";
import { endpoint } from "../../lib/http/endpoint.ts";
import { logout } from "./wire.ts";

const { table, ports } = bearerParts();

export const handler = endpoint({
  contract: logout,
  limit: bearerLimit(table, "logout", limits.ownAccountRequestsPerMinute),
  act: (token) => logOut(ports, token),
});
