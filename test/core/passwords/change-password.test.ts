import * as v from "valibot";
import { beforeEach, describe, expect, test } from "vitest";
import { issueAccessToken } from "../../../lib/core/access-tokens/access-token.ts";
import { requestMail } from "../../../lib/core/mail/request-mail.ts";
import { changePassword } from "../../../lib/core/passwords/change-password.ts";
import { isPassword, passwordSchema } from "../../../lib/core/passwords/password.ts";
import { resetPassword } from "../../../lib/core/passwords/reset-password.ts";
import { authenticate } from "../../../lib/core/sessions/authenticate.ts";
import { beginSession } from "../../../lib/core/sessions/begin-session.ts";
import { useSession } from "../../../lib/core/sessions/use-session.ts";
import { limits } from "../../../lib/core/shared/limits.ts";
import {
  emailOf,
  hourMs,
  minuteMs,
  resetTokenInMail,
  type SignedUp,
  sendMails,
  signUp,
  storedAccount,
} from "../../support/core-support.ts";
import { fault, type MemoryPorts, memoryPorts } from "../../support/memory/ports.ts";
import { tokenWorld } from "../../support/token-support.ts";

const before = "correct horse battery";
const after = "staple of another colour";
const refusal = (code: string) => ({ ok: false, refusal: expect.objectContaining({ code }) });
const done = { ok: true, value: undefined };

describe("a change of password", () => {
  let memory: MemoryPorts;
  let world: ReturnType<typeof tokenWorld>;
  let account: SignedUp;
  const ports = () => ({ ...memory, verifying: world.verifying, bcryptCost: 4 });
  const stored = () => storedAccount(memory, account.id);
  const change = (bearer: string, current = before, password = after) =>
    changePassword(ports(), { bearer, current, password: v.parse(passwordSchema, password) });
  const hasPassword = (password: string) => isPassword(password, stored().passwordHash, 4);

  /** Logs in. Returns the session's token, and an access token of the session. */
  async function logIn() {
    const { id, token } = await beginSession(memory, stored(), "users");
    return { id, token, access: (await issueAccessToken(world.issuing, stored(), id)).token };
  }

  beforeEach(async () => {
    memory = memoryPorts();
    world = tokenWorld();
    await world.addKey();
    account = await signUp(memory, { contract: "users", password: before });
  });

  // allauth 65.13.0, GHSA-2vg6-77g8-24mp: sessions outlived the password.
  test("a change of password keeps the session that makes it, and ends others", async () => {
    const [mine, other] = [await logIn(), await logIn()];
    const { token: loose } = await issueAccessToken(world.issuing, stored());
    expect(await change(mine.access)).toEqual(done);
    expect(await hasPassword(after)).toBe(true);
    expect(await authenticate(ports(), mine.access)).toMatchObject({ ok: true });
    expect(await useSession(memory, mine.token, "users")).toBeDefined();
    for (const access of [other.access, loose])
      expect(await authenticate(ports(), access)).toEqual(refusal("access-token-invalid"));
    expect(await useSession(memory, other.token, "users")).toBeUndefined();
  });

  test("a change of password by a sessionless access token ends it and every session", async () => {
    const session = await logIn();
    const { token } = await issueAccessToken(world.issuing, stored());
    expect(await change(token)).toEqual(done);
    expect(await authenticate(ports(), token)).toEqual(refusal("access-token-invalid"));
    expect(await useSession(memory, session.token, "users")).toBeUndefined();
  });

  test("a change of password changes only password and epoch, and queues a notice", async () => {
    const was = stored();
    const { access } = await logIn();
    await change(access);
    expect(stored()).toEqual({
      ...was,
      epoch: 1,
      passwordHash: expect.not.stringContaining(was.passwordHash),
    });
    const orders = [...memory.store.jobs.values()].map(({ order }) => order);
    expect(orders).toContainEqual({ kind: "password-changed", accountId: account.id });
  });

  test("refuses a change of password without a valid access token before comparing any password", async () => {
    expect(await change("")).toEqual(refusal("access-token-invalid"));
    const { access } = await logIn();
    world.time.now += 16 * minuteMs;
    expect(await change(access)).toEqual(refusal("access-token-expired"));
    expect(memory.calls).not.toContain("attempts.begin");
  });

  test("five wrong passwords with changes of password lock out the right one too", async () => {
    const { access } = await logIn();
    for (let left = 4; left >= 0; left--)
      expect(await change(access, "wrong password")).toEqual({
        ok: false,
        refusal: { code: "credentials-wrong", attemptsRemaining: left },
      });
    // The lock lasts a minute. The caller waits out its first three seconds, in which a right password may lift it.
    const locked = { ok: false, refusal: { code: "account-locked", lockedSeconds: 57 } };
    expect(await change(access)).toEqual(locked);
    // The count is the account's, so another session has none of its own.
    expect(await change((await logIn()).access)).toEqual(locked);
    expect(await hasPassword(before)).toBe(true);
  });

  test("a change of password with the right one restarts the count of attempts", async () => {
    const { access } = await logIn();
    for (let wrong = 0; wrong < 4; wrong++) await change(access, "wrong password");
    expect(await change(access)).toEqual(done);
    expect(memory.store.attempts.size).toBe(0);
  });

  test("a change of password retries during a new lock by other right passwords", async () => {
    const { access } = await logIn();
    const waits: number[] = [];
    const begin = async (key: string) =>
      waits.length < 2 ? { lockedSeconds: 60, isNew: true, remaining: 0 } : memory.attempts.begin(key);
    const patient = {
      ...ports(),
      attempts: { ...memory.attempts, begin },
      sleep: async (ms: number) => void waits.push(ms),
    };
    const given = { bearer: access, current: before, password: v.parse(passwordSchema, after) };
    expect(await changePassword(patient, given)).toEqual(done);
    expect(waits).toEqual([1_000, 1_000]);
  });

  test("says only after the right password that the new one is the current one", async () => {
    const { access } = await logIn();
    expect(await change(access, before, before)).toEqual(refusal("password-same"));
    expect(await change(access, after, after)).toEqual(refusal("credentials-wrong"));
    expect(stored().epoch).toBe(0);
  });

  test.each([
    ["NUL and the password again", `${before}\0${before}`],
    ["the password and more than bcrypt reads", `${before}${"x".repeat(80)}`],
    ["nothing", ""],
  ])("refuses %s as the current password", async (_, current) => {
    expect(await change((await logIn()).access, current)).toEqual(refusal("credentials-wrong"));
  });

  test("accepts one of two simultaneous changes of password", async () => {
    const { access } = await logIn();
    const outcomes = await Promise.all([change(access), change(access, before, `${after}!`)]);
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    expect(outcomes).toContainEqual(refusal("credentials-wrong"));
  });

  test("changes the password while the session's refresh token is rotated", async () => {
    const { access, id } = await logIn();
    memory.before("accounts.change", () => {
      const session = memory.store.sessions.get(id);
      if (session) memory.store.sessions.set(id, { ...session, secretHash: "next" });
    });
    expect(await change(access)).toEqual(done);
    expect(memory.store.sessions.get(id)).toMatchObject({ secretHash: "next", epoch: 1 });
  });

  test.each([
    "ended",
    "of a disabled account",
  ])("refuses a change of password if its session is %s during the hashing", async (state) => {
    const { access } = await logIn();
    memory.before("accounts.change", () => {
      if (state === "ended") memory.store.sessions.clear();
      else memory.store.accounts.set(account.id, { ...stored(), isActive: false, epoch: 1 });
    });
    expect(await change(access)).toEqual(refusal("access-token-invalid"));
    expect(await hasPassword(before)).toBe(true);
  });

  test("a failed change of password changes nothing, and a lost answer loses nothing", async () => {
    const { access } = await logIn();
    const [accounts, jobs] = [structuredClone(memory.store.accounts), structuredClone(memory.store.jobs)];
    memory.before("accounts.change", fault("accounts.change"));
    await expect(change(access)).rejects.toThrow("injected");
    expect([memory.store.accounts, memory.store.jobs]).toEqual([accounts, jobs]);
    memory.after("accounts.change", fault("accounts.change"));
    await expect(change(access)).rejects.toThrow("injected");
    expect(await hasPassword(after)).toBe(true);
    expect(await authenticate(ports(), access)).toMatchObject({ ok: true });
  });

  // Each change invalidates the link of the notice before it.
  test("allows four changes of password a day, and notifies of the fourth", async () => {
    const passwords = Array.from({ length: 6 }, (_, turn) => `${after} ${turn}`);
    for (const [turn, next] of passwords.slice(0, 4).entries()) {
      expect(await change((await logIn()).access, passwords[turn - 1] ?? before, next)).toEqual(done);
      await sendMails(memory);
      memory.step(minuteMs);
    }
    expect(memory.store.mails).toHaveLength(1 + 4);
    const [fourth = "", fifth = ""] = passwords.slice(3);
    const { access } = await logIn();
    const midnight = Math.ceil(memory.clock() / (24 * hourMs)) * 24 * hourMs;
    const retryAfterSeconds = Math.ceil((midnight - memory.clock()) / 1000);
    expect(await change(access, fourth, fifth)).toEqual({
      ok: false,
      refusal: { code: "rate-limited", retryAfterSeconds },
    });
    expect(await hasPassword(fourth)).toBe(true);
    memory.step(midnight - memory.clock());
    expect(await change(access, fourth, fifth)).toEqual(done);
  });

  test("counts neither wrong nor unchanged passwords as changes of the day", async () => {
    const { access } = await logIn();
    for (let turn = 0; turn < 4; turn++) await change(access, "wrong", after);
    for (let turn = 0; turn < 4; turn++) await change(access, before, before);
    expect(await change(access)).toEqual(done);
  });

  test("sends one notice of changed passwords a minute, and loses none", async () => {
    await change((await logIn()).access);
    await change((await logIn()).access, after, before);
    await sendMails(memory);
    expect(memory.store.mails).toHaveLength(1 + 1);
    memory.step(minuteMs);
    await sendMails(memory);
    expect(memory.store.mails).toHaveLength(1 + 2);
  });

  // Otherwise an attacker with the password could request the day's five resets, invalidate them all by one change, and
  // keep the account.
  test("the reader of the mail regains the account, though its resets are used up", async () => {
    memory.store.accounts.set(account.id, { ...stored(), isVerified: true });
    const midnight = Math.ceil(memory.clock() / (24 * hourMs)) * 24 * hourMs;
    let current = before;
    const minute = async () => {
      await sendMails(memory);
      memory.step(minuteMs);
    };
    async function changeAsOftenAsMayBe(then = async () => {}) {
      for (let turn = 0; turn < limits.passwordChangesPerDay; turn++) {
        const next = `${after} ${memory.clock()} ${turn}`;
        expect(await change((await logIn()).access, current, next)).toEqual(done);
        current = next;
        await then();
      }
    }
    // Their notices are sent after midnight, and take room of the next day's notices.
    memory.step(midnight - 1 - memory.clock());
    await changeAsOftenAsMayBe();
    memory.step(1);
    for (let turn = 0; turn < limits.mailsPerDayAndName; turn++) {
      await requestMail(memory, "reset-password", emailOf("ada@example.com"));
      await minute();
    }
    const asked = resetTokenInMail(memory);
    await changeAsOftenAsMayBe(minute);
    await minute();
    const reset = (token: string) =>
      resetPassword(ports(), { token, password: v.parse(passwordSchema, "the owner's own") });
    expect(await reset(asked)).toEqual(refusal("token-invalid"));
    memory.step((limits.noticeLinkHours - 1) * hourMs);
    expect(await reset(resetTokenInMail(memory))).toEqual(done);
    expect(await hasPassword("the owner's own")).toBe(true);
  });

  test("a change of password keeps its session for a caller reading it meanwhile", async () => {
    const { access, id, token } = await logIn();
    const session = memory.store.sessions.get(id);
    let looks = 0;
    const halfRead = {
      ...ports(),
      sessions: {
        ...memory.sessions,
        find: async (...of: Parameters<typeof memory.sessions.find>) =>
          looks++ === 0 ? session : memory.sessions.find(...of),
      },
    };
    await change(access);
    expect(await authenticate(halfRead, access)).toMatchObject({
      ok: true,
      value: { session: { epoch: 1 } },
    });
    expect(looks).toBe(2);
    looks = 0;
    expect(await useSession(halfRead, token, "users")).toMatchObject({ session: { epoch: 1 } });
    expect(looks).toBe(2);
  });
});
