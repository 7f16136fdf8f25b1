/* The outcomes that all lives together must reach. */

const ofAccess = ["ok", "access-token-invalid", "access-token-expired"];
const ofPassword = ["credentials-wrong", "account-locked"];
const ofLink = ["ok", "token-invalid", "token-expired"];

const outcomes: Record<string, readonly string[]> = {
  "sign up": [
    "ok",
    "ok, again",
    "ok, for nobody",
    "idempotency-key-reused",
    "rate-limited",
    "invitation-invalid",
    "email-taken",
    "username-taken",
  ],
  "use a key again": ["its account is gone", "its day is over"],
  revoke: ["ok", "not there"],
  "log in": ["ok", ...ofPassword, "email-not-verified", "account-disabled", "account-deleted"],
  refresh: ["ok", "refresh-token-invalid", "refresh-token-reused", "account-disabled"],
  "refresh users": ["ok", "refresh-token-invalid"],
  show: ofAccess,
  "log out": ofAccess,
  "end all": ofAccess,
  rename: ofAccess,
  "change the password": [...ofAccess, ...ofPassword, "password-same", "rate-limited"],
  delete: [...ofAccess, ...ofPassword],
  administer: ["true", "false", "gone"],
  judge: ["removed", "removed, after it was enabled", "kept, verified"],
  verify: ofLink,
  disown: ofLink,
  reset: [...ofLink, "password-same"],
  ask: [...ofAccess, ...ofPassword, "email-not-verified", "email-same"],
  "ask by page": ["ok", "not-logged-in", ...ofPassword, "email-not-verified", "email-same"],
  "ask again": ["the same", "another"],
  confirm: [...ofAccess, "token-invalid", "token-expired", "email-taken"],
  "confirm by password": [...ofLink, ...ofPassword, "email-taken"],
  cancel: ofLink,
};

/** Every outcome of every step, by name. */
export const everyOutcome = Object.entries(outcomes)
  .flatMap(([step, codes]) => codes.map((code) => `${step}: ${code}`))
  .sort();
