/** Every limit, each with its reason and, where there is one, its source. */
export const limits = {
  /** RFC 5321 4.5.3.1.3: a path has 256 octets, two of them the angle brackets. */
  emailMaxCharacters: 254,
  /** RFC 5321 4.5.3.1.1. */
  emailLocalPartMaxCharacters: 64,
  /** A sign-up is a few hundred bytes; a larger body is a mistake or an attack. */
  bodyMaxBytes: 16_384,
  /** A call to AWS that hangs is given up after all tries well before the function's time-out. Usually it takes milliseconds. */
  callTries: 3,
  callConnectMs: 1_000,
  callMs: 3_000,
  /** Kept back from a function's time-out, so that the caller still gets an answer in the contract's shape. */
  timeoutReserveMs: 500,
  /** What a caller is told to wait when a service that we depend on is down. */
  unavailableRetryAfterSeconds: 5,
  /** Every contract asks for 8. */
  passwordMinCodePoints: 8,
  /** bcrypt ignores every byte after the 72nd. */
  passwordMaxBytes: 72,
  /** The `username` contract's own figures. */
  usernameMinCharacters: 3,
  usernameMaxCharacters: 20,
  /** The `signup` contract's own figure. */
  fullNameMaxCharacters: 255,
  /** RFC 5646 4.4.1: the longest tag that software must be able to hold. */
  languageTagMaxCharacters: 35,
  /** A verification link works this long (`signup` contract). */
  verificationLinkHours: 24,
  /** A link that sets a new password works this long (`signup` contract). */
  resetLinkMinutes: 60,
  /** A link that proves a new address works this long, as one that sets a password does: either needs a mail read at once. */
  emailChangeLinkMinutes: 60,
  /** A link by which an owner answers the notice of a change works longer than any that makes one: mail is tried for 34 hours. */
  noticeLinkHours: 48,
  /** An invitation counts this long unless it is made for longer: a week has a weekend in it. */
  invitationDays: 7,
  /** And never longer than this: one that lies in a mailbox for years is whoever's who reads that then (CVE-2026-41902). */
  invitationDaysMost: 90,
  /** An expired token's item stays this long, so that a late click is told "expired" and not "unknown". */
  tokenItemDays: 7,
  /** `signup` contract: requests for another verification mail, for each client address. */
  resendRequestsPerMinute: 3,
  /** `signup` contract: requests for a mail that resets a password, for each client address. */
  forgotRequestsPerMinute: 5,
  /**
   * Refreshes that one client address may ask for, at each of the two endpoints: one session needs four an hour, and an office
   * behind one address has many. It bounds what guessing costs us; a guess itself has 122 random bits against it.
   */
  refreshesPerMinute: 60,
  /**
   * Requests with an access token or a session that one client address may make at each endpoint of the own account: an app shows
   * a profile at every start, and an office behind one address has many. Each costs reads, a write at the most, and a signature.
   */
  ownAccountRequestsPerMinute: 60,
  /** An export reads hundreds of items and lists a home; nobody needs two. */
  exportsPerMinute: 10,
  /** A deletion hashes a password. */
  deletionsPerMinute: 10,
  /**
   * Links of mails that one client address may open at each page: a mail provider's scanner opens those of many. It bounds
   * what guessing costs us; a guess itself has 122 random bits against it.
   */
  linksPerMinute: 120,
  /** Buttons of the verification page that one client address may press in a minute: an office behind one address may. */
  buttonsPerMinute: 30,
  /** At most this many mails of one name go to one address in a minute, and in a day; and of all names in a day. */
  mailsPerMinuteAndName: 1,
  mailsPerDayAndName: 5,
  mailsPerDay: 10,
  /**
   * Notices of what was done with the password, that a change of address was asked for, and that address or password was
   * changed, have these counts for each name alone, outside of the ten: whoever knows the password can use the ten up by asking for
   * resets and sending old refresh tokens, and would be told of by nothing. Each of these counts is used up only by what it tells
   * of: requests, of which the first notice's link cancels all later ones too while the address is the account's; changes away
   * from the address, which can be repeated only by who reads its mail; changes of the password. An unproven address has no such
   * notices outside of the ten: anybody can sign up with it and change the password.
   */
  passwordNoticesPerDayAndName: 5,
  /**
   * Who knows the password can bring eight of them on in a day, four by changes of the day before that are told after midnight;
   * none of its owner's resets may leave the last of those without room, since it brings the link that gives the account back.
   */
  passwordChangedMailsPerDay: 20,
  /**
   * The share of the whole deployment's mail of a day (setting `mailsPerDay`) that may go to addresses which nobody has proven.
   * Anybody can cause such mail; the rest is kept for owners who wait for a reset or are told of a change.
   */
  unprovenMailShare: 0.8,
  /** Owners' own mail templates: RFC 5322 2.1.1 asks for lines of 78, and Gmail clips a mail above 102 kB. */
  mailSubjectMaxCharacters: 150,
  mailPartMaxCharacters: 2_000,
  mailLayoutMaxBytes: 65_536,
  /** A dozen mails in thirty languages. */
  mailTextsMaxBytes: 262_144,
  /**
   * That somebody wanted an address which is taken, its owner is told once a day. Anybody with an account can cause it: with
   * five resets, which anybody may ask for, it has to leave room for notices in the day's ten.
   */
  wantedMailsPerDay: 1,
  /** A job is due again this long after it was made or first taken; the wait doubles each time. A function runs shorter. */
  jobFirstDelaySeconds: 60,
  /** The doubled waits add up to 34 hours: SES may be away for a day before a job is dead. */
  jobMaxAttempts: 12,
  /**
   * A dead mail stays this long, and its encrypted address with it: time for an operator to be back from a holiday, and after it
   * nobody waits for the mail any more. The account that it is about may be long gone.
   */
  deadMailDays: 30,
  /** Jobs that one execution works on at the same time: SES gives a new account 14 mails a second. */
  jobsAtOnce: 10,
  /** No further round of jobs begins with less time left: a call that hangs for all its tries fits in. A job that a time-out cuts off is due again. */
  jobRoundReserveMs: 9_500,
  /** Wrong passwords in a row for one address or name, after which no password is looked at for a while. */
  wrongPasswordsMost: 5,
  /** How long: a minute, and longer for each further wrong one. Short, so that it shuts no owner out for long. */
  lockSeconds: [60, 120, 240, 480],
  lockSecondsMost: 900,
  /**
   * Changes of one account's password in a day by who knows it. Each ends the links that were mailed to set another, and its notice
   * brings the next: so few that there is room for all those notices.
   */
  passwordChangesPerDay: 4,
  /**
   * An attempt counts until its password was found right. Somebody who logs in from several places at once must not be taken
   * for who guesses: while a lock is so new that the passwords which brought it may still be looked at (bcrypt at cost 14
   * takes a second and a half), those that it keeps out look again each second.
   */
  lockIsNewMs: 3_000,
  lockNextLookMs: 1_000,
  /** The longest wait of an attempt that another one came before, doubled so often: many at once would else overtake each other without end. */
  attemptBackoffMs: 25,
  attemptBackoffDoublings: 5,
  /** Wrong passwords are forgotten after this. */
  attemptsHours: 24,
  /** A session ends when it was not used for so long, and in any case after so long. */
  sessionIdleDays: 7,
  sessionDays: 30,
  /** A refresh token that was changed already may come again for so long: its answer may have been lost. */
  rotationGraceSeconds: 10,
  /** Reads of one rotation: the first, one after another caller's rotation, one after a change of the account. */
  rotationReads: 3,
  /** How many generations back a stale refresh token is recognised: 104 days of one every 15 minutes. */
  rotationsTraced: 10_000,
  /** Sessions that one list shows: an owner has a few, and one query reads these. */
  sessionsListed: 100,
  /** The login page says this long after a sign-up that the account is ready: time for a slow browser to get there. */
  noticeSeconds: 60,
  /** A browser keeps to HTTPS for a year: the least that hstspreload.org takes. */
  hstsSeconds: 31_536_000,
  /** How long a browser keeps the token that gives it a count of wrong passwords of its own. */
  deviceDays: 180,
  /** One constant index key would be one hot partition, and a throttled index fails the sign-up. */
  jobShards: 16,
  /** Numbers fetched at once by a busy execution environment; a single item takes 1,000 writes a second. */
  numberBlockMax: 64,
  /** How often a write that met another one's transaction is tried before the caller is told to come back. */
  transactionTries: 6,
  /** The longest wait after the first lost try; doubles with each further one. */
  transactionBackoffMs: 50,
  /** A gateway that checks tokens by itself does not hear of a deleted account or a reset, so they do not last. */
  accessTokenMinutes: 15,
  /** How far the clocks of issuer and verifier may be apart. */
  clockToleranceSeconds: 5,
  /** A key signs this long before the next one is made. The daily rotation adds up to a day. */
  signingKeyDays: 30,
  /**
   * A key is published this long before it signs. API Gateway keeps a key set for two hours ("Control access to HTTP APIs
   * with JWT authorizers"), and the copy that it fetched may be `keySetMaxAgeSeconds` old, once in our function and once
   * on the way.
   */
  signingKeyLeadMinutes: 180,
  /** A key stays published this long after the last token that it signed has run out. */
  signingKeyMarginMinutes: 60,
  /** Events in an account's audit trail: a year of an owner who logs in every other day, and 40 kB to read at the most. */
  auditEntries: 200,
  /** Older entries that go when one comes, should there be more than one. */
  auditTrimmedAtOnce: 25,
  /** Long enough to be a random UUID or the like, short enough for a header. The draft of the IETF names no bounds. */
  idempotencyKeyMinCharacters: 16,
  idempotencyKeyMaxCharacters: 255,
  /** A repeat is recognised for so long: a client that retries does so within minutes, or on the next day's run. */
  idempotencyHours: 24,
  /**
   * Repeats at the same time are counted like logins, of which five may be under way: the others look again so often, while
   * the lock that those brought is new. Ten seconds of it bring 64 repeats through, and leave time for an answer.
   */
  repeatLookMs: 100,
  repeatLooksMost: 100,
  /**
   * Where a sign-up does not tell whether the address is taken, it is answered at whole multiples of this, counted from when
   * it was begun. The work takes half of it with bcrypt at cost 12; each step above that doubles both.
   */
  hiddenSignUpMs: 1_500,
  hiddenSignUpBcryptCost: 12,
  /**
   * That somebody signed up with an address which is taken. Anybody can cause it: with five resets and one that it is wanted, it
   * leaves room for two notices in the day's ten.
   */
  signUpAgainMailsPerDay: 2,
  /** How often a change of an account is tried that others keep overtaking, before its caller is told to come back. */
  accountChangeTries: 6,
  /** How long anybody may keep the key set, our own functions among them. */
  keySetMaxAgeSeconds: 300,
  /** Tokens that name an unknown key make an execution environment read the keys this often and no more. */
  keyReloadSeconds: 10,
} as const;
