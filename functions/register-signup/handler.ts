import { registration } from "../../lib/aws/registration.ts";
import { register } from "../../lib/core/register.ts";
import { endpoint } from "../../lib/http/endpoint.ts";
import { signup } from "./wire.ts";

const { ports, limit } = registration("register-signup");

export const handler = endpoint({
  contract: signup,
  limit,
  act: (input, key) => register(ports, input, key),
});
