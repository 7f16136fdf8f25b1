import { tableSessions } from "../../lib/aws/sessions.ts";
import { siteBrand, siteOrigins } from "../../lib/aws/site.ts";
import { openTable } from "../../lib/aws/table.ts";
import { variable } from "../../lib/aws/variables.ts";
import { accept } from "../../lib/core/refusals.ts";
import { endSession } from "../../lib/core/sessions.ts";
import { endpoint } from "../../lib/http/endpoint.ts";
import { logout } from "./wire.ts";

const sessions = tableSessions(openTable(variable("TABLE_NAME")));

export const handler = endpoint({
  contract: logout,
  origins: siteOrigins(),
  brand: siteBrand(),
  act: async (session) => accept(await endSession({ sessions }, session, "form")),
});
