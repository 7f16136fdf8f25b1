import { limits } from "../shared/limits.ts";
import type { Result } from "../shared/refusals.ts";
import { answerAtMultiple } from "./answer-at-multiple.ts";
import { type RegistrationPorts, register } from "./register.ts";
import type { Registered, Registration, RegistrationRefusalCode } from "./registration.ts";

/**
 * Registers as `register` does, but reveals neither by answer nor by time whether the address is taken. If it is, the
 * answer has an id and a number that no account gets, and a mail notifies the owner.
 * @throws DependencyFault Like `register`, but at the moments at which it answers.
 */
export function registerHidden(
  ports: RegistrationPorts,
  registration: Registration & { username?: never },
  key?: string,
): Promise<Result<Registered, RegistrationRefusalCode>> {
  return answerAtMultiple(ports, answersEveryMs(ports.bcryptCost), () =>
    register({ ...ports, hidesTakenEmails: true }, registration, key),
  );
}

/** Returns the interval between answers to hidden sign-ups with this bcrypt cost, in milliseconds. */
export function answersEveryMs(bcryptCost: number): number {
  return limits.hiddenSignUpMs * 2 ** Math.max(bcryptCost - limits.hiddenSignUpBcryptCost, 0);
}
