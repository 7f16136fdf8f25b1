import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { clientSettings } from "../lib/aws/calls.ts";
import type { MailName } from "../lib/core/mail/mail.ts";
import { mails } from "../lib/core/mail/mails.ts";
import type { TextsByLanguage } from "../lib/core/mail/texts/text.ts";
import { limits } from "../lib/core/shared/limits.ts";
import { functionTimeoutSeconds } from "../lib/manifest/platform.ts";
import { readSettings } from "../lib/settings/settings.ts";

const root = join(import.meta.dirname, "..");
const read = (path: string) => readFileSync(join(root, path), "utf8").replace(/\s+/g, " ");

const settings = readSettings({});

/** The time from a job's first try until it is dead. */
const jobHours =
  Array.from(
    { length: limits.jobMaxAttempts - 1 },
    (_, wait) => limits.jobFirstDelaySeconds * 2 ** wait,
  ).reduce((sum, seconds) => sum + seconds) / 3_600;

type Figure = readonly [pattern: RegExp, ...figures: number[]];

const body: Figure = [/(\d+) KiB/g, limits.bodyMaxBytes / 1_024];
const password: Figure = [/at least (\d+) characters/g, limits.passwordMinCodePoints];
const passwordBytes: Figure = [/at most (\d+) bytes/g, limits.passwordMaxBytes];

/** Figures in answers, pages and refusals. Texts with a derived figure are not listed. */
const inCode: Readonly<Record<string, readonly Figure[]>> = {
  "{functions,lib/dialects,lib/core/shared}/**/*.ts": [
    body,
    password,
    passwordBytes,
    [/at most (\d+) characters/g, limits.fullNameMaxCharacters],
    [/(\d+) to (\d+) letters/g, limits.usernameMinCharacters, limits.usernameMaxCharacters],
    [/(\d+) to (\d+) printable/g, limits.idempotencyKeyMinCharacters, limits.idempotencyKeyMaxCharacters],
  ],
  "functions/verify-email/*.ts": [[/(\d+) hours/g, limits.verificationLinkHours]],
  "functions/reset-password/*.ts": [[/(\d+) minutes/g, limits.resetLinkMinutes]],
  "functions/confirm-email-change/*.ts": [[/(\d+) minutes/g, limits.emailChangeLinkMinutes]],
  "functions/cancel-email-change/*.ts": [[/(\d+) hours/g, limits.noticeLinkHours]],
};

type Language = keyof TextsByLanguage;

/** The words for hours and minutes in messages. */
const units: Readonly<Record<Language, { readonly hours: string; readonly minutes: string }>> = {
  en: { hours: "hours", minutes: "minutes" },
  fr: { hours: "heures", minutes: "minutes" },
  de: { hours: "Stunden", minutes: "Minuten" },
  es: { hours: "horas", minutes: "minutos" },
  it: { hours: "ore", minutes: "minuti" },
  pt: { hours: "horas", minutes: "minutos" },
};

/** The one figure in a message. Other messages have none. */
const inMails: { readonly [Name in MailName]?: readonly [figure: number, unit: "hours" | "minutes"] } = {
  "verify-email": [limits.verificationLinkHours, "hours"],
  "reset-password": [limits.resetLinkMinutes, "minutes"],
  "confirm-email-change": [limits.emailChangeLinkMinutes, "minutes"],
};

/** Figures in the documentation. Each pattern must match at least once. */
const inDocs: Readonly<Record<string, readonly Figure[]>> = {
  "docs/contracts/README.md": [
    body,
    password,
    passwordBytes,
    [/a sign-up, at each endpoint \| (\d+) /g, settings.requestsPerMinute],
    [/logins of all contracts together \| (\d+) /g, settings.requestsPerMinute],
    [/each POST about another address \| (\d+) each/g, settings.requestsPerMinute],
    [/at each of the two endpoints \| (\d+) /g, limits.refreshesPerMinute],
    [/asking for a verification mail \| (\d+) /g, limits.resendRequestsPerMinute],
    [/asking for a new password \| (\d+) /g, limits.forgotRequestsPerMinute],
    [/opening a mailed link, at each page \| (\d+) /g, limits.linksPerMinute],
    [/a button of the verification page \| (\d+) /g, limits.buttonsPerMinute],
    [/a session, at each other endpoint \| (\d+) /g, limits.ownAccountRequestsPerMinute],
    [/an export or a deletion \| (\d+) each/g, limits.exportsPerMinute],
    [/an export or a deletion \| (\d+) each/g, limits.deletionsPerMinute],
    [/(\d+) to (\d+) printable/g, limits.idempotencyKeyMinCharacters, limits.idempotencyKeyMaxCharacters],
    [/used in the last (\d+) hours/g, limits.idempotencyHours],
    [/([\d.]+) seconds after it was begun/g, limits.hiddenSignUpMs / 1_000],
    [/a minute and (\d+) a day, and (\d+) a day in all/g, limits.mailsPerDayAndName, limits.mailsPerDay],
    [/their own (\d+) a day of each kind/g, limits.passwordNoticesPerDayAndName],
    [/\((\d+) a day of the last\)/g, limits.passwordChangedMailsPerDay],
  ],
  "docs/contracts/{token,signup,users,username,form}.md": [
    body,
    [/(\d+) characters to (\d+) bytes/g, limits.passwordMinCodePoints, limits.passwordMaxBytes],
  ],
  "docs/contracts/token.md": [[/a JWT for (\d+) minutes/g, limits.accessTokenMinutes]],
  "docs/contracts/signup.md": [
    [/removed (\d+) days after its sign-up/g, settings.removeUnverifiedAfterDays],
    [/up to (\d+) characters/g, limits.fullNameMaxCharacters],
  ],
  "docs/contracts/users.md": [
    [/not used for (\d+) days, and after (\d+) days/g, limits.sessionIdleDays, limits.sessionDays],
  ],
  "docs/contracts/username.md": [
    [/(\d+) to (\d+) ASCII letters/g, limits.usernameMinCharacters, limits.usernameMaxCharacters],
  ],
  "docs/contracts/shared.md": [
    body,
    [/(\d+) characters to (\d+) bytes/g, limits.passwordMinCodePoints, limits.passwordMaxBytes],
    [/up to (\d+) characters/g, limits.fullNameMaxCharacters],
    [/not used for (\d+) days, and after (\d+) days/g, limits.sessionIdleDays, limits.sessionDays],
    [/After (\d+) wrong ones in a row/g, limits.wrongPasswordsMost],
    [/up to (\d+) minutes/g, limits.lockSecondsMost / 60],
    [/may be (\d+) minutes behind/g, limits.accessTokenMinutes],
    [/access tokens live (\d+) minutes/g, limits.accessTokenMinutes],
    [/A link works once, for (\d+) hours/g, limits.verificationLinkHours],
    [/reset link works once, for (\d+) minutes/g, limits.resetLinkMinutes],
    [/The link works once, for (\d+) minutes/g, limits.emailChangeLinkMinutes],
    [/(?:That|Such a) link works once, for (\d+) hours/g, limits.noticeLinkHours],
    [/one such mail a minute and (\d+) a day/g, limits.mailsPerDayAndName],
    [/the newest (\d+) events/g, limits.auditEntries],
    [/the newest (\d+) sessions/g, limits.sessionsListed],
    [/max-age=(\d+)/g, limits.keySetMaxAgeSeconds],
  ],
  "docs/architecture.md": [
    [/after (\d+) attempts, about (\d+) hours/g, limits.jobMaxAttempts, Math.round(jobHours)],
    [/mail for (\d+) days/g, limits.deadMailDays],
    [/for (\d+) days longer/g, limits.tokenItemDays],
    [/\(RFC 9068\) for (\d+) minutes/g, limits.accessTokenMinutes],
    [/(\d+) days after the last one began to sign/g, limits.signingKeyDays],
    [/\| (\d+) hours later \| signs/g, limits.signingKeyLeadMinutes / 60],
    [/the newest (\d+)/g, limits.auditEntries],
  ],
  "docs/operations.md": [
    [/`mailsPerDay` mails go out in a day \(UTC\), (\d+,\d+) by default/g, settings.mailsPerDay],
    [/tried again for (\d+) hours/g, Math.round(jobHours)],
    [/at (\d+) %/g, limits.unprovenMailShare * 100],
    [/\((\d+) days; 1 to 365, or 0 for never\)/g, settings.removeUnverifiedAfterDays],
    [/(\d+) days by default, (\d+) at most/g, limits.invitationDays, limits.invitationDaysMost],
    [/accepts them for (\d+) minutes more/g, limits.accessTokenMinutes],
  ],
  "docs/security.md": [
    [/dead after (\d+) attempts/g, limits.jobMaxAttempts],
    [/(\d+) minutes at most/g, limits.lockSecondsMost / 60],
    [/(\d+) days at most/g, limits.invitationDaysMost],
    [/each for (\d+) minutes/g, limits.resetLinkMinutes],
  ],
};

/** The figures in a text, one list for each match. */
const saidIn = (text: string, pattern: RegExp) =>
  [...text.matchAll(pattern)].map(([, ...figures]) =>
    figures.map((figure) => Number(figure?.replace(",", ""))),
  );

describe("limits", () => {
  test.each(Object.entries(inCode))("match the figures in the texts of %s", (files, figures) => {
    const paths = globSync(files, { cwd: root });
    expect(paths).not.toEqual([]);
    for (const path of paths) {
      for (const [pattern, ...expected] of figures)
        for (const said of saidIn(read(path), pattern)) expect(said, `${path} ${pattern}`).toEqual(expected);
    }
  });

  test.each(
    Object.keys(mails) as MailName[],
  )("limits match the figures in the message %s in every language, which has no others", (name) => {
    const figure = inMails[name];
    const texts = Object.entries(mails[name].texts) as [Language, object][];
    for (const [language, words] of texts) {
      const said =
        Object.values(words)
          .join("\n")
          .match(/\d+ ?\p{L}*/gu) ?? [];
      expect(said, language).toEqual(figure ? [`${figure[0]} ${units[language][figure[1]]}`] : []);
    }
  });

  test.each(
    Object.entries(inDocs).flatMap(([path, figures]) =>
      figures.map(([pattern, ...expected]) => ({ path, pattern, expected })),
    ),
  )("limits match the figures in $path: $pattern", ({ path, pattern, expected }) => {
    const files = globSync(path, { cwd: root });
    expect(files).not.toEqual([]);
    for (const file of files) {
      const said = saidIn(read(file), pattern);
      expect(said.length, file).toBeGreaterThan(0);
      for (const figures of said) expect(figures, file).toEqual(expected);
    }
  });

  test("limits leave a function time to give up a hanging call and to answer", () => {
    const { maxAttempts, requestHandler } = clientSettings;
    const givenUpAfterMs = maxAttempts * requestHandler.requestTimeout;
    expect(requestHandler.connectionTimeout).toBeLessThan(requestHandler.requestTimeout);
    expect(givenUpAfterMs).toBeLessThan(limits.jobRoundReserveMs);
    expect(limits.jobRoundReserveMs + limits.timeoutReserveMs).toBeLessThan(functionTimeoutSeconds * 1_000);
    expect(functionTimeoutSeconds).toBeLessThan(limits.jobFirstDelaySeconds);
  });
});
