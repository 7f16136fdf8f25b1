import { wireRegistration } from "../../lib/aws/wiring/registration.ts";
import { register } from "../../lib/core/registration/register.ts";
import { onlyView } from "../../lib/core/registration/registration.ts";
import { endpoint } from "../../lib/handlers/endpoint.ts";
import { users } from "./dialect.ts";

const { ports, limit } = wireRegistration("register-users");

export const handler = endpoint({
  dialect: users,
  limit,
  act: async (input, key) => onlyView(await register(ports, input, key)),
});
