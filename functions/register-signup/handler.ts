import { variable } from "../../lib/aws/variables.ts";
import { wireRegistration } from "../../lib/aws/wiring/registration.ts";
import { register } from "../../lib/core/registration/register.ts";
import { registerHidden } from "../../lib/core/registration/register-hidden.ts";
import { endpoint } from "../../lib/handlers/endpoint.ts";
import { signup } from "./dialect.ts";

const { ports, limit } = wireRegistration("register-signup");
const hidesTakenEmails = variable("HIDE_TAKEN_EMAILS");

export const handler = endpoint({
  dialect: signup,
  limit,
  act: (input, key) => (hidesTakenEmails ? registerHidden(ports, input, key) : register(ports, input, key)),
});
