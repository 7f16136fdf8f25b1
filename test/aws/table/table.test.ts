import { afterAll, beforeAll } from "vitest";
import { type EmbeddedAws, startAws } from "../../../lib/local/aws/server.ts";
import { accountChangesSuite } from "./account-changes-suite.ts";
import { attemptsSuite } from "./attempts-suite.ts";
import { auditSuite } from "./audit-suite.ts";
import { deletionSuite } from "./deletion-suite.ts";
import { emailChangesSuite } from "./email-changes-suite.ts";
import type { Engine } from "./engine.ts";
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

// `npm run test:dynamodb-local` names another engine here; `npm test` runs on the embedded endpoint.
const otherUrl = process.env.DYNAMODB_LOCAL_URL;
const engine = otherUrl ? amazons(otherUrl) : embedded();

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
  deletionSuite,
  idempotencySuite,
  auditSuite,
  emailChangesSuite,
])
  suite(engine);

function amazons(url: string): Engine {
  return { name: "DynamoDB Local", url: () => url, raisesConflicts: false };
}

function embedded(): Engine {
  let aws: EmbeddedAws;
  beforeAll(async () => {
    aws = await startAws({ port: 0, directory: null });
  });
  afterAll(() => aws?.stop());
  return { name: "the embedded endpoint", url: () => aws.url, raisesConflicts: true };
}
