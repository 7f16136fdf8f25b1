import { variable } from "../../lib/aws/variables.ts";
import { wireRegistration } from "../../lib/aws/wiring/registration.ts";
import { register } from "../../lib/core/registration/register.ts";
import { registerHidden } from "../../lib/core/registration/register-hidden.ts";
import { onlyView } from "../../lib/core/registration/registration.ts";
import { endpoint } from "../../lib/handlers/endpoint.ts";
import { signup } from "./dialect.ts";

const { ports, limit } = wireRegistration("register-signup");
const signUp = variable("HIDE_TAKEN_EMAILS") ? registerHidden : register;

export const handler = endpoint({
  dialect: signup,
  limit,
  act: async (input, key) => onlyView(await signUp(ports, input, key)),
});
