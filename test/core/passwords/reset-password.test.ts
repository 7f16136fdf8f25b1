import * as v from "valibot";
import { describe, expect, test } from "vitest";
import type { Account } from "../../../lib/core/account/account.ts";
import { openLink, spendToken } from "../../../lib/core/email-address/verify-email.ts";
import { login } from "../../../lib/core/login/login.ts";
import { requestMail } from "../../../lib/core/mail/request-mail.ts";
import { attemptKeysOf } from "../../../lib/core/passwords/attempts.ts";
import { isPassword, passwordSchema } from "../../../lib/core/passwords/password.ts";
import { openResetLink, resetPassword } from "../../../lib/core/passwords/reset-password.ts";
import { hashToken } from "../../../lib/core/shared/ids.ts";
import {
  applyEffects,
  dayMs,
  emailOf,
  minuteMs,
  ordersOf,
  resetTokenInMail,
  sendMails,
  signUp,
  storedAccount,
  tokensInMail,
} from "../../support/core-support.ts";
import { fault, type MemoryPorts, memoryPorts, type Operation } from "../../support/memory/ports.ts";

const before = "correct horse battery";
const after = "staple of another colour";
const refusal = (code: string) => ({ ok: false, refusal: { code } });
const done = { ok: true, value: undefined };

/** Signs up, verifies unless told otherwise, and requests a reset. */
async function withResetMail({ isVerified = true, ...choices }: Choices = {}) {
  const memory = memoryPorts();
  const account = await signUp(memory, { password: before, ...choices });
  await sendMails(memory);
  const verification = tokensInMail(memory);
  if (isVerified) await spendToken(memory, verification.verify, ["verify-email"]);
  await applyEffects(memory);
  const token = await askForReset(memory, choices.email);
  return { memory, account, verification, token };
}
type Choices = Parameters<typeof signUp>[1] & { isVerified?: boolean };

async function askForReset(memory: MemoryPorts, email = "ada@example.com"): Promise<string> {
  await requestMail(memory, "reset-password", emailOf(email));
  await sendMails(memory);
  return resetTokenInMail(memory);
}

const reset = (memory: MemoryPorts, token: string, password = after) =>
  resetPassword({ ...memory, bcryptCost: 4 }, { token, password: v.parse(passwordSchema, password) });

const hasPassword = (memory: MemoryPorts, id: string, password: string) =>
  isPassword(password, storedAccount(memory, id).passwordHash, 4);

function change(memory: MemoryPorts, id: string, attributes: Partial<Account>): void {
  memory.store.accounts.set(id, { ...storedAccount(memory, id), ...attributes });
}

describe("a reset", () => {
  test("a reset of a verified account only sets the password and raises the epoch", async () => {
    const { memory, account, token } = await withResetMail();
    const was = storedAccount(memory, account.id);
    expect(await reset(memory, token)).toEqual(done);
    const { passwordHash, ...is } = storedAccount(memory, account.id);
    expect({ ...is, passwordHash: was.passwordHash }).toEqual({ ...was, epoch: was.epoch + 1 });
    expect(await hasPassword(memory, account.id, after)).toBe(true);
    expect(await hasPassword(memory, account.id, before)).toBe(false);
    expect(ordersOf(memory)).toEqual([{ kind: "password-changed", accountId: account.id }]);
  });

  // CVE-2025-46815, CVE-2026-22751, CVE-2026-43930: racing callers each used one token.
  test("accepts one of many simultaneous resets by one token", async () => {
    const { memory, account, token } = await withResetMail();
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, (_, turn) => reset(memory, token, `${after} ${turn}`)),
    );
    const winners = outcomes.flatMap(({ ok }, turn) => (ok ? [turn] : []));
    expect(winners).toHaveLength(1);
    expect(await hasPassword(memory, account.id, `${after} ${winners[0]}`)).toBe(true);
    for (const outcome of outcomes.filter(({ ok }) => !ok)) expect(outcome).toEqual(refusal("token-invalid"));
    expect(await reset(memory, token, "yet another one")).toEqual(refusal("token-invalid"));
  });

  test("an unused reset token of an earlier mail works, and ends later ones", async () => {
    const { memory, token: first } = await withResetMail();
    memory.step(minuteMs);
    const second = await askForReset(memory);
    expect(second).not.toBe(first);
    expect(await openResetLink(memory, second)).toMatchObject({ ok: true });
    expect(await reset(memory, first)).toEqual(done);
    expect(await openResetLink(memory, second)).toEqual(refusal("token-invalid"));
    expect(await reset(memory, second, "yet another one")).toEqual(refusal("token-invalid"));
  });

  // CVE-2026-18963: a reset went through without the mailed token.
  test.each<[string, (token: string) => string, string]>([
    ["nothing", () => "", "token-missing"],
    ["an unknown token", () => "0189dcd5-5311-4d40-8db0-9496a2eef37b", "token-invalid"],
    ["the hash under which the token is stored", hashToken, "token-damaged"],
    ["the token and more", (token) => `${token}0`, "token-damaged"],
    ["half of the token", (token) => token.slice(0, 18), "token-damaged"],
  ])("refuses a reset with %s, and spends nothing", async (_, given, code) => {
    const { memory, token } = await withResetMail();
    const store = structuredClone(memory.store);
    const raw = given(token) === token ? "x" : given(token);
    expect(await reset(memory, raw)).toEqual(refusal(code));
    expect(memory.store).toEqual(store);
  });

  test.each([
    "verify",
    "disown",
  ] as const)("refuses a reset with a token to %s, and does not spend it", async (which) => {
    const { memory, verification } = await withResetMail({ isVerified: false });
    expect(await reset(memory, verification[which])).toEqual(refusal("token-invalid"));
    expect(await openLink(memory, verification[which])).toMatchObject({ ok: true });
  });

  test("refuses a reset token as a verification link", async () => {
    const { memory, account, token } = await withResetMail({ isVerified: false });
    expect(await openLink(memory, token)).toEqual(refusal("token-invalid"));
    for (const purpose of ["verify-email", "disown-account"] as const)
      expect(await spendToken(memory, token, [purpose])).toEqual(refusal("token-invalid"));
    expect(storedAccount(memory, account.id)).toMatchObject({ isVerified: false, epoch: 0 });
  });

  test("accepts a reset token until the last millisecond of 60 minutes", async () => {
    const { memory, token } = await withResetMail();
    memory.step(60 * minuteMs - 1);
    expect(await openResetLink(memory, token)).toMatchObject({ ok: true });
    memory.step(1);
    expect(await openResetLink(memory, token)).toEqual(refusal("token-expired"));
    expect(await reset(memory, token)).toEqual(refusal("token-expired"));
  });

  // GHSA-xhpr-465j-7p9q, CVE-2026-9087: the token proved an address that the account no longer had.
  test.each<[string, Partial<Account>]>([
    ["has another address", { emailHash: "another" }],
    ["has another password", { passwordHash: "another" }],
    ["is disabled", { isActive: false }],
  ])("refuses a reset if the account %s", async (_, attributes) => {
    const { memory, account, token } = await withResetMail();
    change(memory, account.id, attributes);
    const was = storedAccount(memory, account.id);
    expect(await openResetLink(memory, token)).toEqual(refusal("token-invalid"));
    expect(await reset(memory, token)).toEqual(refusal("token-invalid"));
    expect(storedAccount(memory, account.id)).toEqual(was);
  });

  // Otherwise an attacker with the password could invalidate each of the day's links, and keep the account.
  test("resets the password although all sessions are repeatedly ended before and during it", async () => {
    const { memory, account, token } = await withResetMail();
    const endAll = () => change(memory, account.id, { epoch: storedAccount(memory, account.id).epoch + 1 });
    for (let times = 0; times < 3; times++) endAll();
    memory.before("accounts.change", endAll);
    memory.before("accounts.change", endAll);
    expect(await reset(memory, token)).toEqual(done);
    expect(storedAccount(memory, account.id).epoch).toBe(6);
    expect(await hasPassword(memory, account.id, before)).toBe(false);
  });

  test("refuses a reset if the address changes between read and write", async () => {
    const { memory, account, token } = await withResetMail();
    memory.before("accounts.change", () => change(memory, account.id, { emailHash: "another" }));
    expect(await reset(memory, token)).toEqual(refusal("token-invalid"));
    expect(await hasPassword(memory, account.id, before)).toBe(true);
  });

  test("resets the password if the address is verified between read and write", async () => {
    const { memory, account, token } = await withResetMail({ isVerified: false });
    memory.before("accounts.change", () => change(memory, account.id, { isVerified: true }));
    expect(await reset(memory, token)).toEqual(done);
    expect(await hasPassword(memory, account.id, after)).toBe(true);
  });

  test("refuses a reset to the current password, and does not spend the token", async () => {
    const { memory, token } = await withResetMail();
    const store = structuredClone(memory.store);
    expect(await reset(memory, token, before)).toEqual(refusal("password-same"));
    expect(memory.store).toEqual(store);
    expect(await reset(memory, token)).toEqual(done);
  });

  test("a reset compares no password for an invalid token", async () => {
    const { memory, token } = await withResetMail();
    await reset(memory, token);
    expect(await reset(memory, token, after)).toEqual(refusal("token-invalid"));
  });

  test.each<Operation>([
    "tokens.find",
    "accounts.find",
    "accounts.change",
  ])("a reset has no effect if %s fails, and the token works again", async (operation) => {
    const { memory, account, token } = await withResetMail();
    const store = structuredClone(memory.store);
    memory.before(operation, fault(operation));
    await expect(reset(memory, token)).rejects.toThrow("injected");
    expect(memory.store).toEqual(store);
    expect(await reset(memory, token)).toEqual(done);
    expect(await hasPassword(memory, account.id, after)).toBe(true);
  });

  test("a reset has its whole effect if its answer is lost", async () => {
    const { memory, account, token } = await withResetMail({ isVerified: false });
    memory.after("accounts.change", fault("accounts.change"));
    await expect(reset(memory, token)).rejects.toThrow("injected");
    expect(storedAccount(memory, account.id)).toMatchObject({ isVerified: true, epoch: 1 });
    expect(await hasPassword(memory, account.id, after)).toBe(true);
    expect(memory.store.tokens.has(hashToken(token))).toBe(false);
    expect(ordersOf(memory).map(({ kind }) => kind)).toEqual(["password-changed", "empty-home"]);
  });

  test("a reset lifts the locks of address, username and account", async () => {
    const { memory, account, token } = await withResetMail();
    change(memory, account.id, { username: "Ada" });
    const keys = attemptKeysOf(storedAccount(memory, account.id));
    expect(keys).toHaveLength(3);
    const logIn = (identifier: string, password: string) =>
      login({ ...memory, bcryptCost: 4 }, { identifier, password });
    memory.store.usernames.set("ada", account.id);
    for (const name of ["ada@example.com", "ADA"])
      for (let wrong = 0; wrong < 6; wrong++) await logIn(name, "wrong password");
    for (let wrong = 0; wrong < 5; wrong++) await memory.attempts.begin(keys[2] as string);
    expect(await logIn("ada", before)).toMatchObject(refusal("account-locked"));
    await reset(memory, token);
    for (const name of ["ADA@example.com", "ada"])
      expect(await logIn(name, after)).toMatchObject({ ok: true });
    expect(keys.filter((key) => memory.store.attempts.has(key))).toEqual([]);
  });

  test("a reset proves the mailbox, so that an unverified account can log in", async () => {
    const { memory, token } = await withResetMail({ isVerified: false, contract: "signup" });
    const logIn = (password: string) =>
      login({ ...memory, bcryptCost: 4 }, { identifier: "ada@example.com", password });
    expect(await logIn(before)).toEqual(refusal("email-not-verified"));
    await reset(memory, token);
    expect(await logIn(after)).toMatchObject({ ok: true, value: { isVerified: true } });
  });
});

// Sudhodanan and Paverd, "Pre-hijacked accounts", USENIX Security 2022.
describe("a reset of an account that a stranger made", () => {
  test("a reset clears a stranger's name and verification links, but keeps the languages", async () => {
    const { memory, account, verification, token } = await withResetMail({
      isVerified: false,
      profile: { fullName: "Mallory", speakingLanguage: "de" },
    });
    await reset(memory, token);
    const { profile } = storedAccount(memory, account.id);
    expect(profile).toEqual({ ...account.profile, fullName: null });
    for (const raw of Object.values(verification))
      expect(await spendToken(memory, raw, ["verify-email", "disown-account"])).toEqual(
        refusal("token-invalid"),
      );
  });

  test("a reset keeps name and home of a verified account", async () => {
    const { memory, account, token } = await withResetMail();
    memory.store.files.set(`home/${account.id}/letter`, { putAt: memory.clock(), body: "" });
    await reset(memory, token);
    await applyEffects(memory);
    expect(storedAccount(memory, account.id).profile.fullName).toBe("Ada Lovelace");
    expect(memory.store.files.has(`home/${account.id}/letter`)).toBe(true);
  });

  test.each([
    ["signup", (id: string) => `home/${id}/`],
    ["form", () => "home/ada@example.com/"],
  ] as const)("a reset empties the home of a never verified %s account, as if new", async (contract, prefixOf) => {
    const { memory, account, token } = await withResetMail({ isVerified: false, contract });
    const prefix = prefixOf(account.id);
    memory.store.files.set(`${prefix}default`, { putAt: memory.clock(), body: "" });
    memory.store.files.set(`${prefix}trap`, { putAt: memory.clock(), body: "" });
    memory.step(1_000);
    await reset(memory, token);
    memory.step(1_000);
    await applyEffects(memory);
    expect([...memory.store.files]).toEqual([[`${prefix}default`, { putAt: memory.clock(), body: "" }]]);
    expect([...memory.store.homes]).toEqual([prefix]);
    expect(memory.store.homeClaims.get(prefix)).toBe(contract === "form" ? account.id : undefined);
  });

  test.each<[string, "before" | "after", Operation]>([
    ["before it removes", "before", "homes.remove"],
    ["before it makes", "before", "homes.make"],
    ["after it made", "after", "homes.make"],
    ["before it is noted as done", "before", "outbox.finish"],
  ])("a reset keeps the owner's files if the job emptying the home dies %s", async (_, when, operation) => {
    const { memory, token } = await withResetMail({ isVerified: false, contract: "form" });
    const prefix = "home/ada@example.com/";
    memory.store.files.set(`${prefix}trap`, { putAt: memory.clock(), body: "" });
    await reset(memory, token);
    memory[when](operation, fault(operation));
    await applyEffects(memory).catch(() => {});
    memory.step(minuteMs);
    memory.store.files.set(`${prefix}letter`, { putAt: memory.clock(), body: "" });
    await applyEffects(memory);
    expect([...memory.store.files.keys()].sort()).toEqual([`${prefix}default`, `${prefix}letter`]);
    expect([...memory.store.jobs.keys()].filter((key) => key.startsWith("effects#"))).toEqual([]);
  });

  test("a reset of a deleted account leaves the next owner's home alone", async () => {
    const { memory, account, token } = await withResetMail({ isVerified: false, contract: "form" });
    await reset(memory, token);
    const prefix = "home/ada@example.com/";
    const { number, epoch } = storedAccount(memory, account.id);
    memory.before("accounts.holdHome", () => {
      // The account is deleted, its home emptied and its name taken over, between the job's read and its claim.
      memory.store.accounts.set(account.id, {
        id: account.id,
        ...(number !== undefined && { number }),
        epoch,
        deletedAt: "2026-03-14T12:00:00.000Z",
      });
      memory.store.homeClaims.set(prefix, "next owner");
      memory.store.files.set(`${prefix}letter`, { putAt: 0, body: "" });
    });
    await applyEffects(memory);
    expect(memory.store.files.has(`${prefix}letter`)).toBe(true);
    expect(memory.store.homeClaims.get(prefix)).toBe("next owner");
  });

  test("a reset leaves no home or claim if the account is deleted meanwhile", async () => {
    const { memory, account, token } = await withResetMail({ isVerified: false, contract: "form" });
    await reset(memory, token);
    memory.before("homes.make", () => void memory.store.accounts.delete(account.id));
    await applyEffects(memory);
    expect([...memory.store.homes]).toEqual([]);
    expect(memory.store.homeClaims.size).toBe(0);
  });
});

describe("mail about passwords", () => {
  test("a reset mail has a hashed token for 60 minutes, in the account's language", async () => {
    const { memory, account, token } = await withResetMail({ profile: { speakingLanguage: "fr-CA" } });
    expect(memory.store.mails.at(-1)?.subject).toBe("Choisissez un nouveau mot de passe pour Harbour");
    expect(memory.store.tokens.get(hashToken(token))).toEqual({
      hash: hashToken(token),
      purpose: "reset-password",
      accountId: account.id,
      emailHash: account.emailHash,
      boundTo: hashToken(account.passwordHash),
      validUntil: memory.clock() + 60 * minuteMs,
    });
    expect(JSON.stringify([...memory.store.tokens, ...memory.store.jobs])).not.toContain(token);
  });

  test("a reset mail contains no text of the sign-up", async () => {
    const fullName = "Call +1 555 0100 http://evil.example";
    const { memory, token } = await withResetMail({ isVerified: false, profile: { fullName } });
    await reset(memory, token);
    await sendMails(memory);
    expect(memory.store.mails).toHaveLength(3);
    expect(JSON.stringify(memory.store.mails)).not.toMatch(/555|evil|staple/);
  });

  test.each([
    "unknown",
    "disabled",
  ])("sends no reset mail to an address that is %s, nor counts it", async (state) => {
    const { memory, account } = await withResetMail();
    memory.step(minuteMs);
    if (state === "disabled") change(memory, account.id, { isActive: false });
    const [mails, hits] = [memory.store.mails.length, memory.store.hits.size];
    const email = state === "unknown" ? "nobody@example.com" : "ada@example.com";
    await requestMail(memory, "reset-password", emailOf(email));
    await sendMails(memory);
    expect([memory.store.mails.length, memory.store.hits.size]).toEqual([mails, hits]);
    expect(memory.store.jobs.size).toBe(0);
  });

  // Mail bombing: repeated requests fill a stranger's mailbox.
  test("any number of requests causes one reset mail a minute, five a day", async () => {
    const { memory } = await withResetMail();
    const sent = () => memory.store.mails.filter(({ text }) => text.includes("reset-password?token=")).length;
    for (let asked = 0; asked < 3; asked++) await askForReset(memory);
    expect(sent()).toBe(1);
    for (let asked = 0; asked < 20; asked++) {
      memory.step(minuteMs);
      await askForReset(memory);
    }
    expect(sent()).toBe(5);
    memory.step(dayMs);
    await askForReset(memory);
    expect(sent()).toBe(6);
  });

  test("sends ten mails of all kinds a day to one address", async () => {
    const { memory } = await withResetMail({ isVerified: false });
    for (let asked = 0; asked < 20; asked++) {
      memory.step(minuteMs);
      await requestMail(memory, "resend-verification", emailOf("ada@example.com"));
      await askForReset(memory);
    }
    expect(memory.store.mails).toHaveLength(10);
  });

  test("requests for two kinds of mail in one minute queue two jobs", async () => {
    const { memory } = await withResetMail({ isVerified: false });
    memory.step(minuteMs);
    await requestMail(memory, "resend-verification", emailOf("ada@example.com"));
    await requestMail(memory, "reset-password", emailOf("ada@example.com"));
    expect([...memory.store.jobs.keys()].filter((key) => key.startsWith("mail#"))).toHaveLength(2);
  });

  test("notifies the owner of a changed password in their language, with a resetting link", async () => {
    const { memory, token } = await withResetMail({ profile: { speakingLanguage: "it" } });
    await reset(memory, token);
    await sendMails(memory);
    const notice = memory.store.mails.at(-1);
    expect(notice).toMatchObject({
      to: "ada@example.com",
      subject: "La tua password per Harbour è stata cambiata",
    });
    expect(notice?.text).toContain("https://harbour.example/api/v1/auth/reset-password?token=");
    expect(await openResetLink(memory, resetTokenInMail(memory))).toMatchObject({ ok: true });
  });

  test("sends no notice of a changed password if the account is disabled since", async () => {
    const { memory, account, token } = await withResetMail();
    await reset(memory, token);
    change(memory, account.id, { isActive: false });
    const sent = memory.store.mails.length;
    await sendMails(memory);
    expect(memory.store.mails).toHaveLength(sent);
  });

  // Otherwise a stranger could request resets all day, and change the password unnoticed.
  test("notifies of a changed password even if strangers used up the day's resets", async () => {
    const { memory } = await withResetMail();
    for (let asked = 0; asked < 20; asked++) {
      memory.step(minuteMs);
      await askForReset(memory);
    }
    await reset(memory, resetTokenInMail(memory));
    const sent = memory.store.mails.length;
    memory.step(minuteMs);
    await sendMails(memory);
    expect(memory.store.mails).toHaveLength(sent + 1);
  });
});
