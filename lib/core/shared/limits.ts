/** Every limit, with its reason and its source, if it has one. */
export const limits = {
  /** RFC 5321 4.5.3.1.3: a path has 256 octets, two of them the angle brackets. */
  emailMaxCharacters: 254,
  /** RFC 5321 4.5.3.1.1. */
  emailLocalPartMaxCharacters: 64,
  /** A sign-up is a few hundred bytes; a larger body is a mistake or an attack. */
  bodyMaxBytes: 16_384,
  /**
   * A hanging call to AWS ends, after all its tries, well before the function's timeout. Usually it takes milliseconds.
   */
  callTries: 3,
  callConnectMs: 1_000,
  callMs: 3_000,
  /** Reserved at the end of a function's timeout, so that the caller still gets an answer in the contract's shape. */
  timeoutReserveMs: 500,
  /** The `Retry-After` when a service that we depend on is down. */
  unavailableRetryAfterSeconds: 5,
  /** Every contract asks for 8. */
  passwordMinCodePoints: 8,
  /** bcrypt ignores every byte after the 72nd. */
  passwordMaxBytes: 72,
  /** The `username` contract's own limits. */
  usernameMinCharacters: 3,
  usernameMaxCharacters: 20,
  /** The `signup` contract's own limit. */
  fullNameMaxCharacters: 255,
  /** RFC 5646 4.4.1: the longest tag that software must be able to hold. */
  languageTagMaxCharacters: 35,
  /** With the extensions that are dropped: those of a phone have come to 60. */
  languageTagTypedMaxCharacters: 255,
  /** How long a verification link is valid (`signup` contract). */
  verificationLinkHours: 24,
  /** How long a link that sets a new password is valid (`signup` contract). */
  resetLinkMinutes: 60,
  /** How long a link that confirms a new address is valid. Like a reset, it needs a mail that is read at once. */
  emailChangeLinkMinutes: 60,
  /** How long the link in a notice is valid. Mail is retried for 34 hours, so it outlives links that make a change. */
  noticeLinkHours: 48,
  /** How long an invitation is valid by default: a week includes a weekend. */
  invitationDays: 7,
  /**
   * The longest that an invitation can be valid. An old invitation belongs to anyone with access to the mailbox by then
   * (CVE-2026-41902).
   */
  invitationDaysMost: 90,
  /** How long an expired token's item stays, so that a late click gets "expired" instead of "unknown". */
  tokenItemDays: 7,
  /** Requests for another verification mail from one client address (`signup` contract). */
  resendRequestsPerMinute: 3,
  /** Requests for a reset mail from one client address (`signup` contract). */
  forgotRequestsPerMinute: 5,
  /**
   * Refreshes from one client address, at each of the two endpoints. One session needs four an hour, and an office
   * behind one address has many sessions. The limit bounds what guessing costs us. 122 random bits protect the token
   * itself.
   */
  refreshesPerMinute: 60,
  /**
   * Requests with an access token or a session from one client address, at each endpoint of the own account. An app
   * shows a profile at every start, and an office behind one address has many users. Each request costs reads, at most
   * one write, and a signature.
   */
  ownAccountRequestsPerMinute: 60,
  /** An export reads hundreds of items and lists a home, and an owner needs one. */
  exportsPerMinute: 10,
  /** A deletion hashes a password. */
  deletionsPerMinute: 10,
  /**
   * Links of mails that one client address may open, at each page. A mail provider's scanner opens the links of many
   * owners. The limit bounds what guessing costs us. 122 random bits protect the token itself.
   */
  linksPerMinute: 120,
  /** Presses of the verification page's buttons from one client address, which an office may share. */
  buttonsPerMinute: 30,
  /** Mails to one address: of one name in a minute, of one name in a day, of all names in a day. */
  mailsPerMinuteAndName: 1,
  mailsPerDayAndName: 5,
  mailsPerDay: 10,
  /**
   * Notices of a changed password, a requested email change and a changed email have counts of their own, outside the
   * ten mails a day. Otherwise an attacker with the password could use up the ten, by resets and old refresh tokens.
   * Then no notice would reach the owner.
   *
   * Only the reported event uses up such a count. Of requests, the first notice's link also cancels later ones, while
   * the address is the account's. A change away from the address can be repeated only by a reader of its mail. The
   * third event is a change of the password.
   *
   * An unproven address has no count outside the ten, since anybody can sign up with it and change the password.
   */
  passwordNoticesPerDayAndName: 5,
  /**
   * An attacker with the password can trigger eight notices a day: four of today, four of yesterday sent after
   * midnight. The owner's resets must leave room for the last of them, because its link gives the account back.
   */
  passwordChangedMailsPerDay: 20,
  /**
   * The share of the deployment's daily mail (setting `mailsPerDay`) that may go to unproven addresses. Anybody can
   * cause such mail. The rest is kept for owners waiting for a reset or a notice of a change.
   */
  unprovenMailShare: 0.8,
  /** An administrator's mail templates. RFC 5322 2.1.1 asks for lines of 78, and Gmail clips a mail above 102 kB. */
  mailSubjectMaxCharacters: 150,
  mailPartMaxCharacters: 2_000,
  mailLayoutMaxBytes: 65_536,
  /** A dozen mails in thirty languages. */
  mailTextsMaxBytes: 262_144,
  /**
   * Notices a day that somebody wanted a taken address. Anybody with an account can cause them. Together with five
   * resets, which anybody can request, they must leave room for notices in the day's ten.
   */
  wantedMailsPerDay: 1,
  /** How long a job waits after its creation or first claim. The wait doubles each time. A function runs shorter. */
  jobFirstDelaySeconds: 60,
  /** The doubled waits add up to 34 hours, so SES may be down for a day before a job is dead. */
  jobMaxAttempts: 12,
  /**
   * How long a dead mail stays, with its encrypted address. An operator may be on holiday for that long. Afterwards
   * nobody waits for the mail any more, and its account may be long gone.
   */
  deadMailDays: 30,
  /** Jobs that one execution works on in parallel. SES gives a new account 14 mails a second. */
  jobsAtOnce: 10,
  /**
   * A round of jobs starts only with this much time left, enough for a call that hangs for all its tries. A job that a
   * timeout cuts off is due again.
   */
  jobRoundReserveMs: 9_500,
  /** Wrong passwords in a row for one address or username before a lock. */
  wrongPasswordsMost: 5,
  /**
   * How long locks last: a minute, and longer after each further wrong password. They are short, so that an attacker
   * cannot lock an owner out for long.
   */
  lockSeconds: [60, 120, 240, 480],
  lockSecondsMost: 900,
  /**
   * Changes of an account's password in a day by a caller with the current one. Each change invalidates the mailed
   * links that set a password, and its notice contains the next link. The limit leaves room for all those notices.
   */
  passwordChangesPerDay: 4,
  /**
   * An attempt is counted as wrong until its password proves right. An owner with several logins at once must not be
   * taken for an attacker. While a lock is new, passwords that caused it may still be in comparison, which takes a
   * second and a half at bcrypt's cost 14. Attempts that a new lock stops therefore look again each second.
   */
  lockIsNewMs: 3_000,
  lockNextLookMs: 1_000,
  /**
   * The longest first wait of an attempt that lost a race, and how often the wait doubles. Otherwise many attempts at
   * once could overtake each other without end.
   */
  attemptBackoffMs: 25,
  attemptBackoffDoublings: 5,
  /** How long wrong passwords are remembered. */
  attemptsHours: 24,
  /** A session ends after this long without use, and in any case after this long. */
  sessionIdleDays: 7,
  sessionDays: 30,
  /** How long a rotated refresh token is still accepted, because its answer may have been lost. */
  rotationGraceSeconds: 10,
  /** Reads of one rotation: the first, one after another caller's rotation, one after a change of the account. */
  rotationReads: 3,
  /** How many generations back a stale refresh token is recognised: 104 days at one rotation every 15 minutes. */
  rotationsTraced: 10_000,
  /** Sessions that one list shows. An owner has a few, and one query reads these. */
  sessionsListed: 100,
  /** How long after a sign-up the login page says that the account is ready. A slow browser needs time to get there. */
  noticeSeconds: 60,
  /** A browser keeps to HTTPS for a year, the minimum of hstspreload.org. */
  hstsSeconds: 31_536_000,
  /** How long a browser keeps the token that gives it a separate count of wrong passwords. */
  deviceDays: 180,
  /** A single index key would be one hot partition, and a throttled index fails the sign-up. */
  jobShards: 16,
  /** Numbers that a busy execution environment fetches at once. A single item takes 1,000 writes a second. */
  numberBlockMax: 64,
  /** Tries of a write that conflicts with another transaction, before the caller has to retry. */
  transactionTries: 6,
  /** The longest wait after the first lost try. It doubles with each further one. */
  transactionBackoffMs: 50,
  /** A gateway that checks tokens by itself does not learn of a deletion or a reset, so tokens are short-lived. */
  accessTokenMinutes: 15,
  /** How far the clocks of issuer and verifier may differ. */
  clockToleranceSeconds: 5,
  /** How long a key signs before the next one is made. The daily rotation adds up to a day. */
  signingKeyDays: 30,
  /**
   * How long a key is published before it signs. API Gateway keeps a key set for two hours ("Control access to HTTP
   * APIs with JWT authorizers"). The copy that it fetched may be `keySetMaxAgeSeconds` old, once in our function and
   * once on the way.
   */
  signingKeyLeadMinutes: 180,
  /** How long a key stays published after the last token that it signed has expired. */
  signingKeyMarginMinutes: 60,
  /** Events in an account's audit trail: a year of logins every other day, and at most 40 kB to read. */
  auditEntries: 200,
  /** Older entries that one new entry removes, if there are several too many. */
  auditTrimmedAtOnce: 25,
  /** Long enough for a random UUID or the like, short enough for a header. The IETF draft sets no bounds. */
  idempotencyKeyMinCharacters: 16,
  idempotencyKeyMaxCharacters: 255,
  /** How long a repeat is recognised. A client retries within minutes, or on the next day's run. */
  idempotencyHours: 24,
  /**
   * Repeats at the same time are counted like logins, of which five may be in progress. The others look again this
   * often while the five's lock is new. Ten seconds let 64 repeats through and leave time for an answer.
   */
  repeatLookMs: 100,
  repeatLooksMost: 100,
  /**
   * A sign-up that hides whether the address is taken is answered at whole multiples of this, counted from its start.
   * With bcrypt at cost 12 the work takes half of it. Each higher cost doubles both.
   */
  hiddenSignUpMs: 1_500,
  hiddenSignUpBcryptCost: 12,
  /**
   * Notices a day that somebody signed up with a taken address. Anybody can cause them. With five resets and one notice
   * of a wanted address, they leave room for two more notices in the day's ten.
   */
  signUpAgainMailsPerDay: 2,
  /** Tries of a change of an account that other changes overtake, before the caller has to retry. */
  accountChangeTries: 6,
  /** How long anybody may cache the key set, including our own functions. */
  keySetMaxAgeSeconds: 300,
  /** How often, at most, tokens with an unknown key make an execution environment read the keys again. */
  keyReloadSeconds: 10,
} as const;
