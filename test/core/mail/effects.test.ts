import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { hashEmail } from "../../../lib/core/account/email.ts";
import { spendToken } from "../../../lib/core/email-address/verify-email.ts";
import { requestMail } from "../../../lib/core/mail/request-mail.ts";
import { newJob } from "../../../lib/core/outbox/job.ts";
import { companionToken, hashToken } from "../../../lib/core/shared/ids.ts";
import { limits } from "../../../lib/core/shared/limits.ts";
import {
  brand,
  dayMs,
  emailOf,
  hourMs,
  minuteMs,
  sendMails,
  signUp,
  storedAccount,
  tokensInMail,
} from "../../support/core-support.ts";
import { fault, type MemoryPorts, memoryPorts, type Operation } from "../../support/memory/ports.ts";

const ada = emailOf("ada@example.com");

/** Signs up and sends the first mail. */
async function withFirstMail(choices: Parameters<typeof signUp>[1] = {}) {
  const memory = memoryPorts();
  const account = await signUp(memory, choices);
  await sendMails(memory);
  return { memory, account };
}

async function askAgain(memory: MemoryPorts, email = ada): Promise<void> {
  await requestMail(memory, "resend-verification", email);
  await sendMails(memory);
}

async function verifyBy(memory: MemoryPorts): Promise<void> {
  const result = await spendToken(memory, tokensInMail(memory).verify, ["verify-email"]);
  if (!result.ok) throw new Error(result.refusal.code);
}

const mailJobs = (memory: MemoryPorts) =>
  [...memory.store.jobs.keys()].filter((key) => key.startsWith("mail#"));

describe("mail that asks for verification", () => {
  test("verification mail is sent once after a sign-up, in the owner's language", async () => {
    const { memory } = await withFirstMail({
      profile: { speakingLanguage: "pt-BR", listeningLanguage: "de" },
    });
    expect(memory.store.mails).toHaveLength(1);
    expect(memory.store.mails[0]).toMatchObject({
      to: ada,
      subject: "Confirme o seu endereço de e-mail para Harbour",
    });
    expect(mailJobs(memory)).toEqual([]);
  });

  test("verification mail has two hashed tokens with separate purposes, valid for 24 hours", async () => {
    const { memory, account } = await withFirstMail();
    const { verify, disown } = tokensInMail(memory);
    const shared = {
      accountId: account.id,
      emailHash: hashEmail(ada),
      validUntil: memory.clock() + 24 * hourMs,
    };
    expect([...memory.store.tokens.values()]).toEqual([
      { hash: hashToken(verify), purpose: "verify-email", boundTo: "epoch 0", ...shared },
      { hash: hashToken(disown), purpose: "disown-account", boundTo: "", ...shared },
    ]);
    expect(disown).toBe(companionToken(verify));
    const stored = JSON.stringify([...memory.store.tokens, ...memory.store.accounts, ...memory.store.jobs]);
    expect(stored).not.toContain(verify);
    expect(stored).not.toContain(disown);
  });

  // Anybody can sign up with another person's address. If the form put the name into its mail, it would send a
  // stranger's phishing text from a trusted sender.
  test("verification mail contains no text of the sign-up", async () => {
    const fullName = "Call +1 555 0100 http://evil.example <b>now</b>";
    const { memory } = await withFirstMail({ profile: { fullName }, password: "canary-password" });
    const { memory: plain } = await withFirstMail({ profile: { fullName: null } });
    const withoutTokens = (mail: object | undefined) => JSON.stringify(mail).replace(/token=[0-9a-f-]+/g, "");
    expect(withoutTokens(memory.store.mails[0])).toBe(withoutTokens(plain.store.mails[0]));
    expect(JSON.stringify(memory.store.mails)).not.toMatch(/555|evil|canary/);
  });

  test("verification mail links only to the public URL", async () => {
    const { memory } = await withFirstMail();
    const addresses = JSON.stringify(memory.store.mails).match(/https?:\/\/[^/"\\]+/g) ?? [];
    expect(new Set(addresses)).toEqual(new Set([brand.publicUrl]));
  });

  // supabase/auth #1388: users lost mail because the mailer was down for a moment.
  test.each<Operation>([
    "cipher.decryptEmail",
    "tokens.mint",
    "mailer.send",
    "limiter.hit",
    "accounts.find",
  ])("verification mail is sent a minute later if %s fails at first", async (operation) => {
    const memory = memoryPorts();
    await signUp(memory);
    memory.before(operation, fault(operation));
    await sendMails(memory);
    expect(memory.store.mails).toHaveLength(0);
    memory.step(minuteMs);
    await sendMails(memory);
    expect(memory.store.mails).toHaveLength(1);
    expect(mailJobs(memory)).toEqual([]);
    await expect(memory.tokens.find(hashToken(tokensInMail(memory).verify))).resolves.toBeDefined();
  });

  // ory/kratos #1285: one address that the mailer refused blocked all mail.
  test("verification mail is not blocked by another address that always fails", async () => {
    const memory = memoryPorts();
    await signUp(memory, { email: "bad@example.com" });
    await signUp(memory, { email: "good@example.com" });
    memory.before("mailer.send", fault("mailer.send", false));
    await sendMails(memory);
    expect(memory.store.mails.map(({ to }) => to)).toEqual(["good@example.com"]);
    expect(mailJobs(memory)).toHaveLength(1);
  });

  test.each([
    "verified",
    "deleted",
  ])("verification mail is not sent once the account is %s", async (state) => {
    const { memory, account } = await withFirstMail();
    if (state === "verified") await verifyBy(memory);
    else memory.store.accounts.delete(account.id);
    memory.step(minuteMs);
    await askAgain(memory);
    expect(memory.store.mails).toHaveLength(1);
    expect(mailJobs(memory)).toEqual([]);
    expect(memory.calls.filter((call) => call === "cipher.decryptEmail")).toHaveLength(1);
  });

  test("verification mail to an unknown address is not sent and uses no budget", async () => {
    const memory = memoryPorts();
    await askAgain(memory, emailOf("nobody@example.com"));
    expect(memory.store.mails).toEqual([]);
    expect(memory.store.hits.size).toBe(0);
    expect(mailJobs(memory)).toEqual([]);
  });

  test("queues one job under the hash of every requested address, known or not", async () => {
    const { memory } = await withFirstMail();
    const began = memory.calls.length;
    for (const email of [ada, emailOf("nobody@example.com")])
      await requestMail(memory, "resend-verification", email);
    expect(memory.calls.slice(began)).toEqual(["outbox.add", "outbox.add"]);
    expect([...memory.store.jobs].filter(([key]) => key.startsWith("mail#"))).toEqual(
      [ada, emailOf("nobody@example.com")].map((email) => [
        `mail#resend-verification:${hashEmail(email)}:${Math.floor(memory.clock() / 60_000)}`,
        expect.objectContaining({ order: { kind: "resend-verification", emailHash: hashEmail(email) } }),
      ]),
    );
  });

  // supabase/auth #1388: mail requested while the mailer was down was never sent.
  test("verification mail is sent on request while an earlier request's job still waits", async () => {
    const { memory } = await withFirstMail();
    memory.step(2 * minuteMs);
    memory.before("mailer.send", fault("mailer.send"));
    await requestMail(memory, "resend-verification", ada);
    await sendMails(memory);
    // The state after many hours without SES.
    for (const job of memory.store.jobs.values()) job.nextAttemptAt += dayMs;
    memory.step(2 * minuteMs);
    await requestMail(memory, "resend-verification", ada);
    await sendMails(memory);
    expect(memory.store.mails).toHaveLength(2);
  });

  test("queues one verification mail for ten simultaneous requests", async () => {
    const { memory } = await withFirstMail();
    memory.step(minuteMs);
    await Promise.all(Array.from({ length: 10 }, () => requestMail(memory, "resend-verification", ada)));
    await sendMails(memory);
    expect(memory.store.mails).toHaveLength(2);
  });

  test("verification mail keeps the tokens of earlier mails valid", async () => {
    const { memory } = await withFirstMail();
    const first = tokensInMail(memory);
    memory.step(minuteMs);
    await askAgain(memory);
    const second = tokensInMail(memory);
    expect(second.verify).not.toBe(first.verify);
    for (const token of [first.verify, first.disown, second.verify, second.disown])
      await expect(memory.tokens.find(hashToken(token))).resolves.toBeDefined();
  });
});

describe("the budget of one address", () => {
  // OWASP forgot password cheat sheet: requests without limit flood a stranger's mailbox.
  test("sends an address one mail a minute, and drops further ones", async () => {
    const { memory } = await withFirstMail();
    await askAgain(memory);
    expect(memory.store.mails).toHaveLength(1);
    expect(mailJobs(memory)).toEqual([]);
    memory.step(minuteMs);
    await askAgain(memory);
    await askAgain(memory);
    expect(memory.store.mails).toHaveLength(2);
  });

  test("sends an address five mails of a kind a day, including the first", async () => {
    const { memory } = await withFirstMail();
    for (let asked = 0; asked < 20; asked++) {
      memory.step(minuteMs);
      await askAgain(memory);
    }
    expect(memory.store.mails).toHaveLength(limits.mailsPerDayAndName);
    memory.step(dayMs);
    await askAgain(memory);
    expect(memory.store.mails).toHaveLength(limits.mailsPerDayAndName + 1);
  });

  test("sends an address ten mails of all kinds a day", async () => {
    const { memory } = await withFirstMail();
    const allKinds = { scope: "mail:day", most: limits.mailsPerDay, windowSeconds: 86_400 };
    // These are mails of other kinds.
    for (let sent = 1; sent < limits.mailsPerDay; sent++) await memory.limiter.hit(allKinds, hashEmail(ada));
    memory.step(minuteMs);
    await askAgain(memory);
    expect(memory.store.mails).toHaveLength(1);
  });

  test("the budget of one address is not shared with other addresses", async () => {
    const { memory } = await withFirstMail();
    await signUp(memory, { email: "eve@example.com" });
    await sendMails(memory);
    expect(memory.store.mails.map(({ to }) => to)).toEqual(["ada@example.com", "eve@example.com"]);
  });

  test("a mail budget stores the address only as a hash", async () => {
    const { memory } = await withFirstMail();
    expect([...memory.store.hits.keys()].join()).not.toMatch(/ada|example/);
  });

  test("a mail budget does not drop the retry of a counted mail", async () => {
    const { memory } = await withFirstMail();
    memory.step(minuteMs);
    memory.before("mailer.send", fault("mailer.send"));
    await askAgain(memory);
    expect(memory.store.mails).toHaveLength(1);
    // Meanwhile the day's budget is used up.
    for (let sent = 0; sent < 5; sent++)
      await memory.limiter.hit(
        { scope: "mail:verify-email:day", most: limits.mailsPerDayAndName, windowSeconds: 86_400 },
        hashEmail(ada),
      );
    memory.step(minuteMs);
    await sendMails(memory);
    expect(memory.store.mails).toHaveLength(2);
  });
});

describe("mail to an address's owner after another sign-up with it", () => {
  async function signUpAgain(memory: MemoryPorts, email = ada): Promise<void> {
    await memory.outbox.add(newJob({ kind: "sign-up-again", emailHash: hashEmail(email) }, randomUUID()));
    await sendMails(memory);
  }
  const subject = "You already have a Harbour account";
  const ofToday = (memory: MemoryPorts) => memory.store.mails.filter((mail) => mail.subject === subject);

  test("the notice of a hidden sign-up, in the owner's language, offers a reset", async () => {
    const { memory } = await withFirstMail({ profile: { speakingLanguage: "de" } });
    await verifyBy(memory);
    const tokens = memory.store.tokens.size;
    await signUpAgain(memory);
    expect(memory.store.mails).toHaveLength(2);
    const mail = memory.store.mails[1];
    expect(mail).toMatchObject({ to: ada, subject: "Sie haben schon ein Konto bei Harbour" });
    expect(mail?.text).toContain("https://harbour.example/api/v1/auth/forgot-password");
    expect(memory.store.tokens.size).toBe(tokens);
  });

  // Sudhodanan and Paverd, USENIX Security 2022: an owner signing up after a stranger would confirm the stranger's
  // account and password.
  test("the notice of a hidden sign-up has no verifying link, even if unverified", async () => {
    const { memory } = await withFirstMail();
    await signUpAgain(memory);
    expect(ofToday(memory)).toHaveLength(1);
    const { text = "", html = "" } = ofToday(memory)[0] ?? {};
    expect(text + html).not.toMatch(/verify-email|token=/);
  });

  test("the notice of a hidden sign-up contains no text of either sign-up", async () => {
    const { memory } = await withFirstMail({ profile: { fullName: "Canary https://evil.example" } });
    await signUpAgain(memory);
    expect(JSON.stringify(ofToday(memory))).not.toMatch(/Canary|evil/);
  });

  test("a free address gets no notice of a hidden sign-up and loses no budget", async () => {
    const memory = memoryPorts();
    await signUpAgain(memory);
    expect([memory.store.mails, memory.store.hits.size, mailJobs(memory)]).toEqual([[], 0, []]);
  });

  test("the notice of a hidden sign-up is not sent to a disabled account", async () => {
    const { memory, account } = await withFirstMail();
    memory.store.accounts.set(account.id, { ...storedAccount(memory, account.id), isActive: false });
    await signUpAgain(memory);
    expect(ofToday(memory)).toEqual([]);
  });

  test("sends a hidden sign-up's notice once a minute and twice a day", async () => {
    const { memory } = await withFirstMail();
    await verifyBy(memory);
    for (let asked = 0; asked < 20; asked++) {
      await signUpAgain(memory);
      await signUpAgain(memory);
      await requestMail(memory, "reset-password", ada);
      await sendMails(memory);
      expect(ofToday(memory)).toHaveLength(Math.min(asked + 1, limits.signUpAgainMailsPerDay));
      memory.step(minuteMs);
    }
    const { mailsPerDay, mailsPerDayAndName, signUpAgainMailsPerDay, wantedMailsPerDay } = limits;
    expect(memory.store.mails).toHaveLength(1 + mailsPerDayAndName + signUpAgainMailsPerDay);
    expect(mailsPerDay - mailsPerDayAndName - signUpAgainMailsPerDay - wantedMailsPerDay).toBe(2);
    memory.step(dayMs);
    await signUpAgain(memory);
    expect(ofToday(memory)).toHaveLength(limits.signUpAgainMailsPerDay + 1);
  });

  test("the notice of a hidden sign-up counts towards the ten of the day", async () => {
    const { memory } = await withFirstMail();
    const allKinds = { scope: "mail:day", most: limits.mailsPerDay, windowSeconds: 86_400 };
    for (let sent = 1; sent < limits.mailsPerDay; sent++) await memory.limiter.hit(allKinds, hashEmail(ada));
    await signUpAgain(memory);
    expect(ofToday(memory)).toEqual([]);
  });
});
