import { limits } from "../shared/limits.ts";
import type { Result } from "../shared/refusals.ts";
import { answerAtMultiple } from "./answer-at-multiple.ts";
import { type RegistrationPorts, register } from "./register.ts";
import type { Registered, Registration, RegistrationRefusalCode } from "./registration.ts";

/**
 * Registers on the terms of `register`, but does not tell whether the address is taken, by the answer or by its time. Where it
 * is, the answer has an id and a number that no account gets, and the owner of the address is told by mail.
 * @throws DependencyFault as `register` does, at the same moments as it answers.
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

/** Between the moments at which such sign-ups are answered, with bcrypt at this cost, in milliseconds. */
export function answersEveryMs(bcryptCost: number): number {
  return limits.hiddenSignUpMs * 2 ** Math.max(bcryptCost - limits.hiddenSignUpBcryptCost, 0);
}
