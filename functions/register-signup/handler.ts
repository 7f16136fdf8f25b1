import { tableOutbox } from "../../lib/aws/outbox.ts";
import { registration } from "../../lib/aws/registration.ts";
import { variable } from "../../lib/aws/variables.ts";
import { answerAtMultiple, hiddenSignUpMs } from "../../lib/core/answer-at.ts";
import { type Registration, register } from "../../lib/core/register.ts";
import { endpoint } from "../../lib/http/endpoint.ts";
import { signup } from "./wire.ts";

const { table, ports, limit } = registration("register-signup");
const hidingPorts = { ...ports, ownersMail: tableOutbox(table, ports.clock) };

const tell = (input: Registration & { username?: never }, key?: string) => register(ports, input, key);
const hide: typeof tell = (input, key) =>
  answerAtMultiple(ports, hiddenSignUpMs(ports.bcryptCost), () => register(hidingPorts, input, key));

export const handler = endpoint({
  contract: signup,
  limit,
  act: variable("HIDE_TAKEN_EMAILS") ? hide : tell,
});
