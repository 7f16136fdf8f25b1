import { tableOutbox } from "../../lib/aws/outbox.ts";
import { registration } from "../../lib/aws/registration.ts";
import { variable } from "../../lib/aws/variables.ts";
import { register } from "../../lib/core/register.ts";
import { registerHidden } from "../../lib/core/register-hidden.ts";
import { endpoint } from "../../lib/http/endpoint.ts";
import { signup } from "./wire.ts";

const { table, ports, limit } = registration("register-signup");
const hiddenPorts = { ...ports, ownersMail: tableOutbox(table, ports.clock) };
const hidesTakenEmails = variable("HIDE_TAKEN_EMAILS");

export const handler = endpoint({
  contract: signup,
  limit,
  act: (input, key) =>
    hidesTakenEmails ? registerHidden(hiddenPorts, input, key) : register(ports, input, key),
});
