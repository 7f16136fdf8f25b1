import { bearerParts } from "../../lib/aws/bearer.ts";
import { logOut } from "../../lib/core/manage-sessions.ts";
import { endpoint } from "../../lib/http/endpoint.ts";
import { logout } from "./wire.ts";

const { ports } = bearerParts();

export const handler = endpoint({ contract: logout, act: (token) => logOut(ports, token) });
