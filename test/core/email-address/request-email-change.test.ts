import { describe, expect, test } from "vitest";
import type { Account } from "../../../lib/core/account/account.ts";
import { hashEmail } from "../../../lib/core/account/email.ts";
import { requestMail } from "../../../lib/core/mail/request-mail.ts";
import { hashToken } from "../../../lib/core/shared/ids.ts";
import { limits } from "../../../lib/core/shared/limits.ts";
import { dayMs, emailOf, hourMs, minuteMs, sendMails } from "../../support/core-support.ts";
import { asked, emailWorld, newEmail, oldEmail, password } from "../../support/email-change-support.ts";
import { fault, type Operation } from "../../support/memory/ports.ts";

const refusal = (code: string) => ({ ok: false, refusal: expect.objectContaining({ code }) });
const done = { ok: true, value: undefined };
const newHash = hashEmail(emailOf(newEmail));
const oldHash = hashEmail(emailOf(oldEmail));

describe("requesting another address", () => {
  test("a requested address is encrypted under the account's id, unclaimed, and causes two mails", async () => {
    const { memory, account, logIn, ask, stored, orders, ports } = await emailWorld();
    const was = stored();
    const claims = new Map(memory.store.claims);
    expect(await ask((await logIn()).access)).toEqual(done);
    const { pendingEmail, ...is } = stored();
    expect(is).toEqual(was);
    expect(pendingEmail).toEqual({
      emailHash: newHash,
      emailCiphertext: expect.any(Uint8Array),
      requestedAt: "2026-03-14T12:00:00.000Z",
    });
    const ciphertext = pendingEmail?.emailCiphertext as Uint8Array;
    expect(await ports.cipher.decryptEmail(account.id, ciphertext)).toBe(newEmail);
    expect(memory.store.claims).toEqual(claims);
    expect(orders()).toEqual([
      { kind: "confirm-email-change", accountId: account.id, emailHash: newHash },
      { kind: "cancel-email-change", accountId: account.id, emailHash: oldHash },
    ]);
    expect(JSON.stringify([...memory.store.accounts, ...memory.store.jobs])).not.toContain("new.example");
  });

  // As at forgot-password, neither answer nor work may reveal whether the address is taken.
  test("requesting a taken address makes the same calls as requesting a free one", async () => {
    const calls = [];
    for (const isTaken of [true, false]) {
      const { memory, logIn, ask, verified } = await emailWorld();
      if (isTaken) await verified({ email: newEmail });
      const { access } = await logIn();
      const began = memory.calls.length;
      expect(await ask(access)).toEqual(done);
      calls.push(memory.calls.slice(began));
    }
    expect(calls[0]).toEqual(calls[1]);
    expect(calls[0]).not.toContain("accounts.findIdByEmail");
  });

  test("refuses an unverified owner's email change before any password is compared", async () => {
    const { memory, logIn, ask, stored, account } = await emailWorld();
    memory.store.accounts.set(account.id, { ...stored(), isVerified: false });
    const { access } = await logIn();
    expect(await ask(access, newEmail, "wrong password")).toEqual(refusal("email-not-verified"));
    expect(memory.calls).not.toContain("attempts.begin");
  });

  test("says only after the right password that a requested address is the current one", async () => {
    const { logIn, ask, stored } = await emailWorld();
    const { access } = await logIn();
    expect(await ask(access, " ADA@Example.com ")).toEqual(refusal("email-same"));
    expect(await ask(access, oldEmail, "wrong password")).toEqual(refusal("credentials-wrong"));
    expect(stored().pendingEmail).toBeUndefined();
  });

  test("an account's five wrong passwords for an email change lock out the right one", async () => {
    const { memory, logIn, ask, stored } = await emailWorld();
    for (let left = 4; left >= 0; left--)
      expect(await ask((await logIn()).access, newEmail, "wrong password")).toEqual({
        ok: false,
        refusal: { code: "credentials-wrong", attemptsRemaining: left },
      });
    expect(await ask((await logIn()).access)).toEqual(refusal("account-locked"));
    // The login stays open.
    expect(memory.store.attempts.has(oldHash)).toBe(false);
    expect(stored().pendingEmail).toBeUndefined();
  });

  test("refuses an email change without a valid access token or session", async () => {
    const { memory, ask, askByPage, logIn } = await emailWorld();
    const { token, id } = await logIn(undefined, "form");
    expect(await ask("x.y.z")).toEqual(refusal("access-token-invalid"));
    expect(await askByPage("")).toEqual(refusal("not-logged-in"));
    expect(await askByPage((await logIn()).token)).toEqual(refusal("not-logged-in"));
    memory.store.sessions.delete(id);
    expect(await askByPage(token)).toEqual(refusal("not-logged-in"));
    expect(memory.calls).not.toContain("attempts.begin");
  });

  test("accepts a requested email change by the session of a page", async () => {
    const { askByPage, logIn, stored } = await emailWorld({ contract: "form" });
    expect(await askByPage((await logIn(undefined, "form")).token)).toEqual(done);
    expect(stored().pendingEmail?.emailHash).toBe(newHash);
  });

  test("a request for another address replaces an earlier one and invalidates its link", async () => {
    const { memory, confirmToken: confirm, session, ask, mailed, confirmByPassword, stored } = await asked();
    memory.step(minuteMs);
    expect(await ask(session.access, "ada@third.example")).toEqual(done);
    await sendMails(memory);
    const second = mailed().confirm;
    expect(second).not.toBe(confirm);
    expect(stored().pendingEmail?.emailHash).toBe(hashEmail(emailOf("ada@third.example")));
    expect(await confirmByPassword(confirm)).toEqual(refusal("token-invalid"));
    expect(await confirmByPassword(second)).toEqual(done);
    expect(stored().emailHash).toBe(hashEmail(emailOf("ada@third.example")));
  });

  test("a request for another address keeps a simultaneous change of the profile", async () => {
    const { memory, logIn, ask, stored, account } = await emailWorld();
    const { access } = await logIn();
    memory.before("accounts.change", () => {
      const profile = { ...stored().profile, fullName: "Augusta" };
      memory.store.accounts.set(account.id, { ...stored(), profile });
    });
    expect(await ask(access)).toEqual(done);
    expect(stored()).toMatchObject({
      profile: { fullName: "Augusta" },
      pendingEmail: { emailHash: newHash },
    });
  });

  test("refuses an email change if the password changes between read and write", async () => {
    const { memory, logIn, ask, stored, account } = await emailWorld();
    const { access } = await logIn();
    memory.before("accounts.change", () => {
      memory.store.accounts.set(account.id, { ...stored(), passwordHash: "another", epoch: 1 });
    });
    expect(await ask(access)).toEqual(refusal("access-token-invalid"));
    expect(stored().pendingEmail).toBeUndefined();
  });

  test.each<Operation>([
    "attempts.begin",
    "attempts.clear",
    "cipher.encryptEmail",
    "accounts.change",
  ])("requesting another address leaves only a count if %s fails, and works again", async (operation) => {
    const { memory, logIn, ask, stored, orders } = await emailWorld();
    const { access } = await logIn();
    memory.before(operation, fault(operation));
    await expect(ask(access)).rejects.toThrow("injected");
    expect([stored().pendingEmail, orders()]).toEqual([undefined, []]);
    expect(await ask(access)).toEqual(done);
  });
});

describe("the mails of a change of email", () => {
  test("mails separate links: confirming to the new address, cancelling to the old", async () => {
    const { memory, subjectsTo, confirmToken: confirm, cancelToken: cancel, account } = await asked();
    expect(subjectsTo(newEmail)).toEqual(["Confirm your new e-mail address for Harbour"]);
    expect(subjectsTo(oldEmail).at(-1)).toBe("Somebody asked to change your e-mail address for Harbour");
    expect(memory.store.tokens.get(hashToken(confirm))).toEqual({
      accountId: account.id,
      boundTo: "epoch 0",
      hash: hashToken(confirm),
      purpose: "confirm-email-change",
      emailHash: newHash,
      validUntil: memory.clock() + 60 * minuteMs,
    });
    expect(memory.store.tokens.get(hashToken(cancel))).toEqual({
      accountId: account.id,
      boundTo: "",
      hash: hashToken(cancel),
      purpose: "cancel-email-change",
      emailHash: oldHash,
      validUntil: memory.clock() + 48 * hourMs,
    });
  });

  test("a request for a taken address notifies only its owner, and names nobody", async () => {
    const { memory, verified, logIn, ask, mailed, subjectsTo } = await emailWorld();
    await verified({ email: newEmail, profile: { speakingLanguage: "de" } });
    const before = memory.store.mails.length;
    await ask((await logIn()).access);
    await sendMails(memory);
    expect(subjectsTo(newEmail).at(-1)).toBe("Jemand wollte Ihre E-Mail-Adresse für Harbour verwenden");
    expect(mailed().confirm).toBe("");
    const sent = memory.store.mails.slice(before);
    expect(sent.map(({ to }) => to).sort()).toEqual([oldEmail, newEmail].sort());
    const wanted = JSON.stringify(sent.find(({ to }) => to === newEmail));
    expect(wanted).not.toMatch(/ada@example|Lovelace/);
    expect([...memory.store.tokens.values()].map(({ purpose }) => purpose)).not.toContain(
      "confirm-email-change",
    );
  });

  test.each<[string, Partial<Account>]>([
    [
      "another is requested",
      { pendingEmail: { emailHash: "other", emailCiphertext: new Uint8Array(), requestedAt: "" } },
    ],
    ["it is cancelled", { pendingEmail: undefined as never }],
  ])("sends no mail to a requested address once %s", async (_, changes) => {
    const { memory, logIn, ask, account, stored, subjectsTo, orders } = await emailWorld();
    await ask((await logIn()).access);
    memory.store.accounts.set(account.id, { ...stored(), ...changes });
    await sendMails(memory);
    expect(subjectsTo(newEmail)).toEqual([]);
    expect(orders()).toEqual([]);
  });

  // Otherwise an attacker with the password could request a change and end all sessions before the mail is sent, again
  // and again.
  test("notifies an account's address of an invalidated email change, but no former address", async () => {
    const { memory, logIn, ask, account, stored, subjectsTo } = await emailWorld();
    const seen = subjectsTo(oldEmail).length;
    await ask((await logIn()).access);
    await memory.accounts.change(stored(), { endsSessions: "all" });
    await sendMails(memory);
    expect(subjectsTo(oldEmail)).toHaveLength(seen + 1);
    memory.step(minuteMs);
    await ask((await logIn()).access);
    memory.store.accounts.set(account.id, { ...stored(), emailHash: "other" });
    await sendMails(memory);
    expect(subjectsTo(oldEmail)).toHaveLength(seen + 1);
  });

  test.each<Operation>([
    "limiter.hit",
    "accounts.find",
    "tokens.mint",
    "cipher.decryptEmail",
    "mailer.send",
  ])("mails of an email change are sent a minute later if %s fails", async (operation) => {
    const { memory, logIn, ask, subjectsTo, orders } = await emailWorld();
    const seen = subjectsTo(oldEmail).length;
    await ask((await logIn()).access);
    for (let turn = 0; turn < 2; turn++) memory.before(operation, fault(operation));
    await sendMails(memory);
    memory.step(minuteMs);
    await sendMails(memory);
    expect(subjectsTo(newEmail)).toHaveLength(1);
    expect(subjectsTo(oldEmail)).toHaveLength(seen + 1);
    expect(orders()).toEqual([]);
  });

  test("limits confirming mails and notices to one a minute and five a day", async () => {
    const { memory, logIn, ask, subjectsTo } = await emailWorld();
    memory.step(dayMs);
    const { access } = await logIn();
    const seen = subjectsTo(oldEmail).length;
    for (let turn = 0; turn < 20; turn++) {
      await ask(access);
      await sendMails(memory);
      if (turn === 1) expect(subjectsTo(newEmail)).toHaveLength(1);
      // Access tokens have their own clock in these tests.
      if (turn > 1) memory.step(minuteMs);
    }
    expect(subjectsTo(newEmail)).toHaveLength(limits.mailsPerDayAndName);
    expect(subjectsTo(oldEmail)).toHaveLength(seen + limits.mailsPerDayAndName);
  });

  // Otherwise a stranger's request for the address could drop a mail that the owner's answer has promised.
  test("a second email change within a minute is mailed when that is over", async () => {
    const { memory, account, verified, logIn, ask, mailed } = await emailWorld();
    const stranger = await verified({ email: "eve@example.com" });
    const linkOf = (id: string) => memory.store.tokens.get(hashToken(mailed().confirm))?.accountId === id;
    await ask((await logIn(stranger)).access);
    await sendMails(memory);
    await ask((await logIn()).access);
    await sendMails(memory);
    expect(linkOf(stranger.id)).toBe(true);
    memory.step(minuteMs);
    await sendMails(memory);
    expect(linkOf(account.id)).toBe(true);
  });

  // An attacker would use up the mails of an address first, to take its account over in silence.
  test("mails that strangers can cause leave room for notices to the old address", async () => {
    const { memory, verified, logIn, ask, subjectsTo } = await emailWorld();
    memory.step(dayMs);
    const stranger = await verified({ email: "eve@example.com" });
    for (let turn = 0; turn < 12; turn++) {
      await requestMail(memory, "reset-password", emailOf(oldEmail));
      await ask((await logIn(stranger)).access, oldEmail);
      await sendMails(memory);
      memory.step(minuteMs);
    }
    expect(subjectsTo(oldEmail).filter((subject) => /wanted/.test(subject))).toHaveLength(1);
    await ask((await logIn()).access, newEmail, password);
    await sendMails(memory);
    expect(subjectsTo(oldEmail).at(-1)).toBe("Somebody asked to change your e-mail address for Harbour");
  });
});
