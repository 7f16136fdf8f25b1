import { describe, expect, test } from "vitest";
import { hashEmail } from "../../../lib/core/account/email.ts";
import { setState } from "../../../lib/core/account-management/administer.ts";
import { deletion } from "../../../lib/core/account-management/deletion.ts";
import { spendToken } from "../../../lib/core/email-address/verify-email.ts";
import { queueInvitation } from "../../../lib/core/invitations/issue-invitation.ts";
import { mailEffects } from "../../../lib/core/mail/effects.ts";
import { requestMail } from "../../../lib/core/mail/request-mail.ts";
import type { Effects, JobOrder } from "../../../lib/core/outbox/job.ts";
import { limits } from "../../../lib/core/shared/limits.ts";
import {
  dayMs,
  emailOf,
  hourMs,
  mailPorts,
  minuteMs,
  sendMails,
  signUp,
  storedAccount,
  tokensInMail,
} from "../../support/core-support.ts";
import { emailWorld, newEmail, oldEmail, password } from "../../support/email-change-support.ts";
import { fault, type MemoryPorts, memoryPorts } from "../../support/memory/ports.ts";

const ada = emailOf("ada@example.com");

const mailJobs = (memory: MemoryPorts) =>
  [...memory.store.jobs].filter(([key]) => key.startsWith("mail#")).map(([, job]) => job);

/** The counts of one address by window: minutes or days. */
const countsOf = (memory: MemoryPorts, of: "minute" | "day") =>
  [...memory.store.hits].filter(([key]) => key.split("#")[0]?.endsWith(`:${of}`)).map(([, hits]) => hits);

/** Signs up with Ada's address, sends the mails, and frees the address again. */
async function signUpAndDelete(memory: MemoryPorts): Promise<void> {
  const { id } = await signUp(memory, { contract: "token" });
  await sendMails(memory);
  const account = storedAccount(memory, id);
  expect(await memory.accounts.change(account, deletion(account, memory.ids))).toBe(true);
}

describe("the mail of a sign-up", () => {
  // An account that needs no verification can be deleted at once, which frees its address for the next sign-up.
  test("repeated sign-ups and deletions mail an address once a minute, five times daily", async () => {
    const memory = memoryPorts();
    for (let turn = 0; turn < 14; turn++) await signUpAndDelete(memory);
    expect(memory.store.mails).toHaveLength(1);
    for (let turn = 0; turn < 14; turn++) {
      memory.step(minuteMs);
      await signUpAndDelete(memory);
    }
    expect(memory.store.mails.length).toBeLessThanOrEqual(limits.mailsPerDayAndName);
    memory.step(hourMs);
    await signUp(memory);
    await sendMails(memory);
    expect(memory.store.mails.length).toBeLessThanOrEqual(limits.mailsPerDayAndName);
    expect(mailJobs(memory)).toEqual([]);
  });

  test("sign-ups whose accounts stay until mailed send an address five mails a day", async () => {
    const memory = memoryPorts();
    for (let turn = 0; turn < 14; turn++) {
      await signUpAndDelete(memory);
      memory.step(minuteMs);
    }
    expect(memory.store.mails).toHaveLength(limits.mailsPerDayAndName);
    memory.step(dayMs);
    await signUpAndDelete(memory);
    expect(memory.store.mails).toHaveLength(limits.mailsPerDayAndName + 1);
  });

  test("no mail of a sign-up follows the address's ten mails of the day", async () => {
    const memory = memoryPorts();
    const ofAllKinds = { scope: "mail:day", most: limits.mailsPerDay, windowSeconds: 86_400 };
    for (let sent = 0; sent < limits.mailsPerDay; sent++)
      await memory.limiter.hit(ofAllKinds, hashEmail(ada));
    await signUp(memory);
    await sendMails(memory);
    expect([memory.store.mails, mailJobs(memory)]).toEqual([[], []]);
  });

  test("mail of a new sign-up after a deletion waits for the next minute", async () => {
    const memory = memoryPorts();
    await signUpAndDelete(memory);
    const { id } = await signUp(memory, { contract: "signup" });
    await sendMails(memory);
    expect(memory.store.mails).toHaveLength(1);
    expect(mailJobs(memory)).toMatchObject([
      { attempts: 1, isDead: false, lastError: expect.stringMatching(/^mail-minute send: /) },
    ]);
    expect(memory.store.tokens.size).toBe(2); // those of the first mail
    memory.step(minuteMs);
    await sendMails(memory);
    expect(memory.store.mails).toHaveLength(2);
    expect(mailJobs(memory)).toEqual([]);
    const verified = await spendToken(memory, tokensInMail(memory).verify, ["verify-email"]);
    expect([verified.ok, storedAccount(memory, id).isVerified]).toEqual([true, true]);
  });

  test("a sign-up mail that waited counts towards the day like any other", async () => {
    const memory = memoryPorts();
    await signUpAndDelete(memory);
    await signUp(memory);
    await sendMails(memory);
    memory.step(minuteMs);
    await sendMails(memory);
    expect(memory.store.mails).toHaveLength(2);
    expect(countsOf(memory, "day")).toEqual([2, 2]);
  });

  test("counts a failing sign-up mail once for the day and its minute of sending", async () => {
    const memory = memoryPorts();
    await signUp(memory);
    for (let attempt = 1; attempt <= 3; attempt++) memory.before("mailer.send", fault("mailer.send"));
    for (let attempt = 1; attempt <= 4; attempt++) {
      await sendMails(memory);
      memory.step(8 * minuteMs);
    }
    expect(memory.store.mails).toHaveLength(1);
    expect(countsOf(memory, "day")).toEqual([1, 1]);
    expect(countsOf(memory, "minute")).toEqual([0, 0, 0, 1]);
  });
});

describe("a mailed invitation", () => {
  test("a second mailed invitation of a minute counts towards the day's ten too", async () => {
    const memory = memoryPorts();
    for (let sent = 0; sent < limits.mailsPerDay; sent++)
      await queueInvitation(memory, { email: ada, days: 7, language: "en" });
    await sendMails(memory);
    expect(memory.store.mails).toHaveLength(limits.mailsPerDay);
    const { id } = await signUp(memory);
    memory.store.accounts.set(id, { ...storedAccount(memory, id), isVerified: true });
    await requestMail(memory, "reset-password", ada);
    await sendMails(memory);
    expect(memory.store.mails).toHaveLength(limits.mailsPerDay);
  });
});

type Notice = keyof Effects<"mail">;

/** Jobs of the notices of acts with the password. */
const notices: [Notice, number, (world: Awaited<ReturnType<typeof emailWorld>>) => object][] = [
  ["cancel-email-change", 5, ({ account }) => ({ emailHash: account.emailHash })],
  ["email-changed", 5, ({ account: { emailHash, emailCiphertext } }) => ({ emailHash, emailCiphertext })],
  ["password-changed", 20, () => ({})],
];

/** Uses up an address's ten mails of the day, as a stranger or an attacker could. */
async function useUp(memory: MemoryPorts): Promise<void> {
  const ofAllKinds = { scope: "mail:day", most: limits.mailsPerDay, windowSeconds: 86_400 };
  for (let sent = 0; sent < limits.mailsPerDay; sent++) await memory.limiter.hit(ofAllKinds, hashEmail(ada));
}

describe("a notice of an act with the password", () => {
  test.each(
    notices,
  )("sends %s although the ten mails of the day are used up, %i times", async (kind, most, more) => {
    const world = await emailWorld();
    const { memory, account, subjectsTo } = world;
    await useUp(memory);
    const seen = subjectsTo(oldEmail).length;
    const order = { kind, accountId: account.id, ...more(world) } as JobOrder;
    const effect = mailEffects(mailPorts(memory))[kind] as (
      order: JobOrder,
      attempt: number,
    ) => Promise<void>;
    for (let turn = 1; turn <= most + 3; turn++) {
      await effect(order, 1);
      expect(subjectsTo(oldEmail)).toHaveLength(seen + Math.min(turn, most));
      memory.step(minuteMs);
    }
  });

  test("notices of acts with the password do not count towards the day's ten", async () => {
    const { memory, account } = await emailWorld();
    const ofAll = () => [...memory.store.hits].find(([key]) => key.startsWith("mail:day#"))?.[1];
    const before = ofAll();
    await mailEffects(mailPorts(memory))["password-changed"](
      { kind: "password-changed", accountId: account.id },
      1,
    );
    expect(memory.store.mails).toHaveLength(2);
    expect(ofAll()).toBe(before);
  });

  // Anybody can sign up with a stranger's address, and change its password all day.
  test("notices of acts with the password count towards an unproven address's ten", async () => {
    const memory = memoryPorts();
    const { id: accountId } = await signUp(memory, { contract: "users" });
    await sendMails(memory);
    await useUp(memory);
    await mailEffects(mailPorts(memory))["password-changed"]({ kind: "password-changed", accountId }, 1);
    expect(memory.store.mails).toHaveLength(1);
  });

  test("reports an email change even after an attacker used up the ten mails", async () => {
    const { memory, logIn, ask, mailed, confirm, subjectsTo } = await emailWorld();
    for (let turn = 0; turn < 5; turn++) {
      await requestMail(memory, "reset-password", ada);
      await memory.outbox.add({
        group: "mail",
        id: `reuse-${turn}`,
        order: { kind: "session-ended-by-reuse", accountId: storedId(memory) },
      });
      await sendMails(memory);
      memory.step(minuteMs);
    }
    expect(subjectsTo(oldEmail)).toHaveLength(limits.mailsPerDay);
    const { access } = await logIn();
    expect(await ask(access, newEmail, password)).toMatchObject({ ok: true });
    await sendMails(memory);
    expect(subjectsTo(oldEmail).at(-1)).toBe("Somebody asked to change your e-mail address for Harbour");
    expect(await confirm(mailed().confirm, access)).toMatchObject({ ok: true });
    await sendMails(memory);
    expect(subjectsTo(oldEmail).at(-1)).toBe("Your e-mail address for Harbour was changed");
  });

  test("a notice's cancelling link also cancels later email changes without a notice", async () => {
    const { memory, account, logIn, ask, mailed, cancel, stored, subjectsTo } = await emailWorld();
    const { access } = await logIn();
    await ask(access, newEmail, password);
    await sendMails(memory);
    const first = mailed().cancel;
    for (let turn = 0; turn < limits.passwordNoticesPerDayAndName; turn++) {
      memory.step(minuteMs);
      await ask(access, `thief-${turn}@third.example`, password);
      await sendMails(memory);
    }
    const received = subjectsTo(oldEmail).filter((subject) => /asked to change/.test(subject));
    expect(received).toHaveLength(limits.passwordNoticesPerDayAndName);
    expect(stored().pendingEmail).toBeDefined();
    expect(await cancel(first)).toMatchObject({ ok: true });
    expect([stored().pendingEmail, stored().emailHash]).toEqual([undefined, account.emailHash]);
  });

  test("counts an administrator's notices towards the ten mails of the day", async () => {
    const { memory, account, subjectsTo } = await emailWorld();
    await useUp(memory);
    const seen = subjectsTo(oldEmail).length;
    await setState(memory, account.id, "disabled");
    await sendMails(memory);
    expect(subjectsTo(oldEmail)).toHaveLength(seen);
  });
});

const storedId = (memory: MemoryPorts) => memory.store.claims.get(hashEmail(ada)) ?? "";
