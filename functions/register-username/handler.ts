import { variable } from "../../lib/aws/variables.ts";
import { wireRegistration } from "../../lib/aws/wiring/registration.ts";
import { register } from "../../lib/core/registration/register.ts";
import { onlyView } from "../../lib/core/registration/registration.ts";
import { endpoint } from "../../lib/handlers/endpoint.ts";
import { username } from "./dialect.ts";

const { ports, limit } = wireRegistration("register-username");
const policy = { reserved: variable("RESERVED_USERNAMES"), roles: variable("REGISTRATION_ROLES") };

export const handler = endpoint({
  dialect: username(policy),
  limit,
  act: async (input, key) => onlyView(await register(ports, input, key)),
});
