import bcrypt from "bcryptjs";
import { describe, expect, test, vi } from "vitest";
import type { Account } from "../../../lib/core/account/account.ts";
import { isDeviceOf, makeDevice } from "../../../lib/core/login/device.ts";
import { login } from "../../../lib/core/login/login.ts";
import { bindingOf } from "../../../lib/core/one-time-tokens/one-time-token.ts";
import type { Attempts } from "../../../lib/core/passwords/attempts.ts";
import { newAccount } from "../../aws/table/records.ts";
import { signUp } from "../../support/core-support.ts";
import { type MemoryPorts, memoryPorts } from "../../support/memory/ports.ts";

const sleep = async () => {};
const somebody = newAccount();
const right = "correct horse battery";

/** Attempts that never lock by themselves, and that note each count. */
function countingAttempts(lockedSeconds = 0): Attempts & { readonly noted: string[] } {
  const noted: string[] = [];
  return {
    noted,
    begin: async (key) => {
      noted.push(`begin ${key}`);
      return { lockedSeconds, isNew: false, remaining: 3 };
    },
    clear: async (key) => void noted.push(`clear ${key}`),
  };
}

async function withAccount(change: Partial<Account> = {}) {
  const memory = memoryPorts();
  const account = await signUp(memory, { contract: "users", password: right });
  memory.store.accounts.set(account.id, { ...account, ...change });
  return { memory, account, attempts: countingAttempts() };
}

const attempt = (
  { memory, attempts }: { memory: MemoryPorts; attempts: Attempts },
  password: string,
  identifier = "ada@example.com",
) => login({ accounts: memory.accounts, attempts, sleep, bcryptCost: 4 }, { identifier, password });

const codeOf = (result: Awaited<ReturnType<typeof login>>) => (result.ok ? "ok" : result.refusal.code);

describe("login", () => {
  test("a login accepts the right password, restarts the count and notes the time", async () => {
    const given = await withAccount();
    expect(codeOf(await attempt(given, right))).toBe("ok");
    expect(given.attempts.noted.map((note) => note.split(" ")[0])).toEqual(["begin", "clear"]);
    const stored = given.memory.store.accounts.get(given.account.id);
    expect(stored).toMatchObject({ lastLoginAt: expect.stringMatching(/Z$/) });
  });

  test("a login accepts a common password that an account has already", async () => {
    const given = await withAccount({ passwordHash: await bcrypt.hash("password1", 4) });
    expect(codeOf(await attempt(given, "password1"))).toBe("ok");
  });

  test("a login replaces a hash of another cost by one of today's cost", async () => {
    for (const cost of [5, 6]) {
      const given = await withAccount({ passwordHash: await bcrypt.hash(right, cost) });
      const result = await attempt(given, right);
      const stored = given.memory.store.accounts.get(given.account.id) as Account;
      expect(bcrypt.getRounds(stored.passwordHash)).toBe(4);
      expect(await bcrypt.compare(right, stored.passwordHash)).toBe(true);
      // The answer's device token is made with this hash.
      expect(result).toMatchObject({ ok: true, value: { passwordHash: stored.passwordHash } });
    }
  });

  // An attacker who knows the password must not invalidate the mailed link by logging in.
  test("a login replaces an unnormalised password's hash, keeping mailed links and devices valid", async () => {
    const typed = "Cafe\u0301 au lait";
    const given = await withAccount({ passwordHash: await bcrypt.hash(typed, 4) });
    const before = given.memory.store.accounts.get(given.account.id) as Account;
    const device = makeDevice(before, given.memory.ids);
    const bound = bindingOf("reset-password", before);
    expect(codeOf(await attempt(given, typed))).toBe("ok");
    const after = given.memory.store.accounts.get(given.account.id) as Account;
    expect(await bcrypt.compare(typed.normalize("NFC"), after.passwordHash)).toBe(true);
    expect(after.epoch).toBe(before.epoch);
    expect(isDeviceOf(after, device)).toBe(true);
    expect(bindingOf("reset-password", after)).toEqual(bound);
    expect(codeOf(await attempt(given, typed.normalize("NFC")))).toBe("ok");
    // A second rehash names the same password.
    given.memory.store.accounts.set(after.id, {
      ...after,
      passwordHash: await bcrypt.hash(typed.normalize("NFC"), 5),
    });
    expect(codeOf(await attempt(given, typed))).toBe("ok");
    expect(isDeviceOf(given.memory.store.accounts.get(after.id) as Account, device)).toBe(true);
  });

  test("a login keeps a hash of 72 bytes whose text doubles by normalising", async () => {
    const typed = "\u0958".repeat(24);
    const passwordHash = await bcrypt.hash(typed, 4);
    const given = await withAccount({ passwordHash });
    expect(codeOf(await attempt(given, typed))).toBe("ok");
    expect(given.memory.store.accounts.get(given.account.id)).toMatchObject({ passwordHash });
    expect(codeOf(await attempt(given, "\u0958".repeat(12)))).toBe("credentials-wrong");
  });

  test("a login that rehashes keeps a password changed during the hashing", async () => {
    const given = await withAccount({ passwordHash: await bcrypt.hash(right, 5) });
    const change = { passwordHash: "another", epoch: 1 };
    given.memory.before("accounts.change", () => {
      given.memory.store.accounts.set(given.account.id, { ...given.account, ...change });
    });
    expect(codeOf(await attempt(given, right))).toBe("ok");
    expect(given.memory.store.accounts.get(given.account.id)).toMatchObject(change);
  });

  test.each([
    ["a wrong password", `${right}!`],
    ["the password with more after it", `${right}${"x".repeat(80)}`],
    ["the password with NUL and itself again", `${right}\0${right}`],
    ["nothing", ""],
  ])("a login refuses %s, and clears no count", async (_, password) => {
    const given = await withAccount();
    expect(codeOf(await attempt(given, password))).toBe("credentials-wrong");
    expect(given.attempts.noted).toHaveLength(1);
  });

  // openauthjs/openauth, supabase GoTrue: an unknown address was answered sooner.
  test("a login makes the same calls for a known and an unknown address", async () => {
    const calls = await Promise.all(
      ["ada@example.com", "nobody@example.com"].map(async (identifier) => {
        const given = await withAccount();
        const before = given.memory.calls.length;
        expect(codeOf(await attempt(given, "wrong password", identifier))).toBe("credentials-wrong");
        return given.memory.calls.slice(before);
      }),
    );
    expect(calls[0]).toEqual(calls[1]);
    expect(calls[0]).toEqual(["accounts.findIdByEmail", "accounts.find"]);
  });

  // As above, and OWASP's authentication cheat sheet: if only known names lock, a lock reveals them.
  test("a login counts an attempt and computes a hash even for unknown names", async () => {
    const compare = vi.spyOn(bcrypt, "compare");
    const given = await withAccount();
    for (const identifier of ["ada@example.com", "nobody@example.com", "nobody", "no name at all"]) {
      compare.mockClear();
      given.attempts.noted.length = 0;
      expect(codeOf(await attempt(given, "wrong password", identifier))).toBe("credentials-wrong");
      expect([compare.mock.calls.length, given.attempts.noted.length]).toEqual([1, 1]);
    }
    const locked = { ...given, attempts: countingAttempts(42) };
    for (const identifier of ["ada@example.com", "nobody@example.com"])
      expect(codeOf(await attempt(locked, "wrong password", identifier))).toBe("account-locked");
    compare.mockRestore();
  });

  // OWASP authentication cheat sheet: a lock that still compares passwords confirms a right guess.
  test("a login compares no password while its name is locked", async () => {
    const given = { ...(await withAccount()), attempts: countingAttempts(42) };
    expect(await attempt(given, right)).toEqual({
      ok: false,
      refusal: { code: "account-locked", lockedSeconds: 42 },
    });
    expect(given.attempts.noted).toHaveLength(1);
    expect(given.memory.calls).not.toContain("accounts.recordLogin");
  });

  // OWASP, "Slow Down Online Guessing Attacks with Device Cookies": a guessing stranger locked the owner out.
  test("login attempts of a browser with an earlier login are counted separately", async () => {
    const { memory, account, attempts } = await withAccount();
    const device = makeDevice(account, memory.ids);
    const from = (kept: string, identifier = "ada@example.com") =>
      login(
        { accounts: memory.accounts, attempts, sleep, bcryptCost: 4 },
        { identifier, password: "x", device: kept },
      );
    await from("");
    await from(device);
    await from(device, " ADA@example.com");
    const [stranger, known, spelled] = attempts.noted;
    expect(known).not.toBe(stranger);
    expect(spelled).toBe(known);
  });

  test.each<[string, (device: string) => string]>([
    ["nothing", () => ""],
    ["one of another account", () => makeDevice({ ...somebody, id: "other" }, { token: () => "1" })],
    [
      "one from before the password was changed",
      () => makeDevice({ ...somebody, passwordHash: "old" }, { token: () => "1" }),
    ],
    ["a changed one", (device) => `0${device}`],
    ["half of one", (device) => device.split(".")[0] as string],
    ["one with more behind it", (device) => `${device}.1`],
    ["a long text", () => "x.".repeat(4_000)],
  ])("counts a login under the name if the browser's device token is %s", async (_, change) => {
    const { memory, account, attempts } = await withAccount();
    const device = change(makeDevice(account, memory.ids));
    const ports = { accounts: memory.accounts, attempts, sleep, bcryptCost: 4 };
    await login(ports, { identifier: "ada@example.com", password: "x" });
    await login(ports, { identifier: "ada@example.com", password: "x", device });
    expect(attempts.noted[1]).toBe(attempts.noted[0]);
  });

  test.each([
    [{ isActive: false }, "account-disabled"],
    [{ isActive: false, removedAt: "2026-03-14T12:00:00.000Z" }, "account-deleted"],
    [{ contract: "signup" as const }, "email-not-verified"],
    [{ contract: "signup" as const, isVerified: true }, "ok"],
  ])("a login reveals other reasons only after the right password: %j", async (change, code) => {
    expect(codeOf(await attempt(await withAccount(change), right))).toBe(code);
    expect(codeOf(await attempt(await withAccount(change), "wrong password"))).toBe("credentials-wrong");
  });

  test("refuses the old password of an account that changes during the comparison", async () => {
    const given = await withAccount();
    given.memory.before("accounts.recordLogin", () => {
      given.memory.store.accounts.set(given.account.id, { ...given.account, epoch: 1 });
    });
    expect(codeOf(await attempt(given, right))).toBe("credentials-wrong");
  });

  test("counts all spellings of a login's name as one, and looks up only names", async () => {
    const given = await withAccount();
    for (const spelling of ["ada@example.com", " ADA@Example.com"]) await attempt(given, "wrong", spelling);
    for (const spelling of ["Somebody", "somebody "]) await attempt(given, "wrong", spelling);
    const [one, two, three, four] = given.attempts.noted;
    expect([one, three]).toEqual([two, four]);
    const before = given.memory.calls.length;
    await attempt(given, "wrong", "x".repeat(5_000));
    expect(given.memory.calls.slice(before)).toEqual(["accounts.find"]);
  });

  test("a login retries during a new lock that right passwords may have caused", async () => {
    const { memory } = await withAccount();
    const waits: number[] = [];
    let begun = 0;
    const attempts: Attempts = {
      begin: async () => {
        begun++;
        return begun < 4
          ? { lockedSeconds: 60, isNew: true, remaining: 0 }
          : { lockedSeconds: 0, isNew: false, remaining: 4 };
      },
      clear: async () => {},
    };
    const ports = {
      accounts: memory.accounts,
      attempts,
      bcryptCost: 4,
      sleep: async (ms: number) => void waits.push(ms),
    };
    expect(codeOf(await login(ports, { identifier: "ada@example.com", password: right }))).toBe("ok");
    expect(waits).toEqual([1_000, 1_000, 1_000]);
  });
});

describe("a login that hides taken addresses", () => {
  const hidden = (memory: MemoryPorts, attempts: Attempts, password: string, email = "ada@example.com") =>
    login(
      { accounts: memory.accounts, attempts, sleep, bcryptCost: 4, hidesTakenEmails: true },
      { identifier: email, password },
    );

  async function neverVerified(change: Partial<Account> = {}) {
    const memory = memoryPorts();
    const account = await signUp(memory, { password: right });
    memory.store.accounts.set(account.id, { ...account, ...change });
    memory.calls.length = 0;
    return { memory, account };
  }

  // Otherwise a caller could sign up with an address, and learn here whether that made an account.
  test.each<[string, Partial<Account>]>([
    ["never verified", {}],
    ["never verified, and disabled", { isActive: false }],
    ["never verified, and deleted", { isActive: false, removedAt: "2026-11-20T12:00:00.000Z" }],
  ])("if addresses are hidden, an account that was %s looks unknown at login", async (_, change) => {
    const { memory } = await neverVerified(change);
    const [known, unknown] = [countingAttempts(), countingAttempts()];
    const compare = vi.spyOn(bcrypt, "compare");
    const results = [await hidden(memory, known, right)];
    const calls = memory.calls.splice(0);
    const compared = compare.mock.calls.length;
    results.push(await hidden(memory, unknown, right, "eve@example.com"));
    expect(compare.mock.calls.length).toBe(2 * compared);
    compare.mockRestore();
    const wrong = { ok: false, refusal: { code: "credentials-wrong", attemptsRemaining: 3 } };
    expect(results).toEqual([wrong, wrong]);
    expect(calls).toEqual(memory.calls);
    expect([...known.noted, ...unknown.noted].map((note) => note.split(" ")[0])).toEqual(["begin", "begin"]);
  });

  test.each<[string, Partial<Account>]>([
    ["was verified", { isVerified: true }],
    ["need not be", { contract: "users" }],
  ])("if addresses are hidden, accepts the right password of an account that %s", async (_, change) => {
    const { memory } = await neverVerified(change);
    expect(codeOf(await hidden(memory, countingAttempts(), right))).toBe("ok");
  });

  test("if addresses are hidden, the right password reveals a verified account's other reasons", async () => {
    const { memory } = await neverVerified({ isVerified: true, isActive: false });
    expect(codeOf(await hidden(memory, countingAttempts(), right))).toBe("account-disabled");
  });
});
