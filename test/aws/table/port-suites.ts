import { accountChangesSuite } from "./account-changes-suite.ts";
import { attemptsSuite } from "./attempts-suite.ts";
import { auditSuite } from "./audit-suite.ts";
import type { Backend } from "./backend.ts";
import { emailChangesSuite } from "./email-changes-suite.ts";
import { homeClaimsSuite } from "./home-claims-suite.ts";
import { idempotencySuite } from "./idempotency-suite.ts";
import { invitationsSuite } from "./invitations-suite.ts";
import { limiterSuite } from "./limiter-suite.ts";
import { numbersSuite } from "./numbers-suite.ts";
import { outboxSuite } from "./outbox-suite.ts";
import { passwordsSuite } from "./passwords-suite.ts";
import { registrationSuite } from "./registration-suite.ts";
import { sessionsSuite } from "./sessions-suite.ts";
import { signingKeysSuite } from "./signing-keys-suite.ts";
import { tokensSuite } from "./tokens-suite.ts";
import { unverifiedSuite } from "./unverified-suite.ts";
import { verificationSuite } from "./verification-suite.ts";

/** Tests an implementation of the ports for everything that the core relies on. */
export function portSuites(backend: Backend): void {
  for (const suite of [
    registrationSuite,
    homeClaimsSuite,
    invitationsSuite,
    verificationSuite,
    tokensSuite,
    outboxSuite,
    limiterSuite,
    numbersSuite,
    signingKeysSuite,
    attemptsSuite,
    sessionsSuite,
    passwordsSuite,
    accountChangesSuite,
    unverifiedSuite,
    idempotencySuite,
    auditSuite,
    emailChangesSuite,
  ])
    suite(backend);
}
