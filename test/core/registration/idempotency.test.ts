import { createHash, createHmac } from "node:crypto";
import bcrypt from "bcryptjs";
import { describe, expect, test, vi } from "vitest";
import { setState } from "../../../lib/core/account-management/administer.ts";
import { deletion } from "../../../lib/core/account-management/deletion.ts";
import { obstacleTo } from "../../../lib/core/login/login.ts";
import { register } from "../../../lib/core/registration/register.ts";
import { limits } from "../../../lib/core/shared/limits.ts";
import { dayMs, registrationOf, registrationPorts, storedAccount } from "../../support/core-support.ts";
import { fault, type MemoryPorts, memoryPorts } from "../../support/memory/ports.ts";

const key = "a7f0c1f4-0d2b-4bb0-9b51-canary-key";
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

type Choices = NonNullable<Parameters<typeof registrationOf>[0]>;

const sent = (memory: MemoryPorts, choices: Choices = {}, sentKey: string | null = key) =>
  register(registrationPorts(memory), registrationOf(choices), sentKey ?? undefined);

async function accepted(memory: MemoryPorts, choices: Choices = {}, sentKey: string | null = key) {
  const result = await sent(memory, choices, sentKey);
  if (!result.ok) throw new Error(`refused: ${result.refusal.code}`);
  const { account, view: answer } = result.value;
  return { answer, account };
}

const refusal = (code: string) => ({ ok: false, refusal: { code } });
const reused = refusal("idempotency-key-reused");
const changed = (memory: MemoryPorts, id: string, change: object) =>
  memory.store.accounts.set(id, { ...storedAccount(memory, id), ...change });

describe("a sign-up with an Idempotency-Key", () => {
  test("an Idempotency-Key costs a sign-up one read, and none if left out", async () => {
    const memory = memoryPorts();
    await accepted(memory, { email: "one@example.com" }, null);
    const plain = memory.calls.splice(0);
    expect(plain).toEqual(["cipher.encryptEmail", "numbers.take", "accounts.register"]);
    await accepted(memory);
    expect(memory.calls).toEqual(["records.find", ...plain]);
  });

  test("stores a sign-up's digest and answer, but neither key, password nor address", async () => {
    const memory = memoryPorts();
    const { answer } = await accepted(memory, { password: "canary-password", email: "canary@example.com" });
    const hash = sha256(`signup:${key}`);
    const asked = {
      contract: "signup",
      email: "canary@example.com",
      profile: { fullName: "Ada Lovelace", listeningLanguage: "fr", speakingLanguage: "en" },
    };
    const record = {
      hash,
      digest: createHmac("sha256", key).update(JSON.stringify(asked)).digest("hex"),
      accountId: answer.id,
      number: 1,
      createdAt: answer.createdAt,
      expiresAt: (memory.clock() + dayMs) / 1000,
    };
    expect([...memory.store.records]).toEqual([[hash, record]]);
    expect(storedAccount(memory, answer.id).idempotencyHash).toBe(hash);
  });

  // A reader of the table knows or guesses the fields, but not the key.
  test.each([
    false,
    true,
  ])("stores nothing to test guessed sign-up fields on (taken addresses hidden: %s)", async (hidesTakenEmails) => {
    const digests = new Set<string>();
    for (const sentKey of [key, `${key}-2`, `${key}-3`]) {
      const memory = memoryPorts();
      await register({ ...registrationPorts(memory), hidesTakenEmails }, registrationOf(), sentKey);
      const [record] = memory.store.records.values();
      digests.add(record?.digest ?? "");
    }
    expect(digests.size).toBe(3);
  });

  test("a repeated sign-up gets the first answer, and makes no account, mail or home", async () => {
    const memory = memoryPorts();
    const first = await accepted(memory);
    const before = structuredClone(memory.store);
    memory.step(5_000);
    expect((await accepted(memory)).answer).toEqual(first.answer);
    expect(memory.store).toEqual(before);
  });

  test("a repeated sign-up gets the first answer, whatever has happened to the account", async () => {
    const memory = memoryPorts();
    const { answer } = await accepted(memory);
    changed(memory, answer.id, {
      isVerified: true,
      isActive: false,
      role: "admin",
      number: 99,
      profile: { fullName: "Augusta", speakingLanguage: "de", listeningLanguage: "de" },
      createdAt: "2020-01-01T00:00:00.000Z",
    });
    expect((await accepted(memory)).answer).toEqual(answer);
  });

  test("a repeated sign-up returns the current account beside the first answer", async () => {
    const memory = memoryPorts();
    const { answer, account } = await accepted(memory, { contract: "token" });
    expect(account && obstacleTo(account)).toBeUndefined();
    changed(memory, answer.id, { isActive: false });
    const repeated = await accepted(memory, { contract: "token" });
    expect(repeated.account && obstacleTo(repeated.account)).toBe("account-disabled");
  });

  test("recognises a repeated sign-up in another spelling", async () => {
    const memory = memoryPorts();
    const { answer } = await accepted(memory);
    const profile = { listeningLanguage: "fr", speakingLanguage: "en", fullName: "Ada Lovelace" };
    expect((await accepted(memory, { email: " ADA@example.com", profile })).answer).toEqual(answer);
  });

  test.each<[string, Choices]>([
    ["address", { email: "eve@example.com" }],
    ["name", { profile: { fullName: "Eve" } }],
    ["name (none)", { profile: { fullName: null } }],
    ["language", { profile: { speakingLanguage: "de" } }],
    ["password", { password: "another password" }],
  ])("refuses another %s under a used Idempotency-Key, and changes nothing", async (_, choices) => {
    const memory = memoryPorts();
    await accepted(memory);
    const before = structuredClone({ ...memory.store, attempts: undefined });
    expect(await sent(memory, choices)).toEqual(reused);
    expect({ ...memory.store, attempts: undefined }).toEqual(before);
  });

  test("treats an Idempotency-Key as new in another contract", async () => {
    const memory = memoryPorts();
    await accepted(memory);
    expect(await sent(memory, { contract: "users" })).toEqual(refusal("email-taken"));
    await accepted(memory, { contract: "users", email: "eve@example.com" });
    expect(memory.store.accounts.size).toBe(2);
  });

  test("refuses a duplicate of an account made without the key, and leaves no record", async () => {
    const memory = memoryPorts();
    await accepted(memory, {}, null);
    expect(await sent(memory)).toEqual(refusal("email-taken"));
    expect(memory.store.records.size).toBe(0);
    await accepted(memory, { email: "eve@example.com" });
  });

  test("recognises a repeated sign-up for 24 hours, and then frees its key", async () => {
    const memory = memoryPorts();
    const { answer } = await accepted(memory);
    memory.step(dayMs - 1);
    expect((await accepted(memory)).answer).toEqual(answer);
    memory.step(1);
    expect(await sent(memory)).toEqual(refusal("email-taken"));
    const other = await accepted(memory, { email: "eve@example.com" });
    expect((await accepted(memory, { email: "eve@example.com" })).answer).toEqual(other.answer);
  });

  test("answers a repeated sign-up whose first answer was lost", async () => {
    const memory = memoryPorts();
    memory.after("accounts.register", fault("accounts.register"));
    await expect(sent(memory)).rejects.toThrow("injected");
    const [id] = memory.store.accounts.keys();
    expect((await accepted(memory)).answer.id).toBe(id);
    expect(memory.store.jobs.size).toBe(3);
  });

  test("makes one account of 64 simultaneous repeats of a sign-up, all answered alike", async () => {
    const memory = memoryPorts();
    const answers = await Promise.all(Array.from({ length: 64 }, () => accepted(memory)));
    expect(new Set(answers.map(({ answer }) => JSON.stringify(answer))).size).toBe(1);
    expect([memory.store.accounts.size, memory.store.jobs.size]).toEqual([1, 3]);
    expect(memory.store.attempts.size).toBe(0);
  });

  test("accepts one of simultaneous sign-ups with one key and different bodies, refusing the others", async () => {
    const memory = memoryPorts();
    const results = await Promise.all(
      Array.from({ length: 8 }, (_, turn) => sent(memory, { email: `person-${turn}@example.com` })),
    );
    expect(results.filter(({ ok }) => ok)).toHaveLength(1);
    expect(results.filter(({ ok }) => !ok)).toEqual(Array(7).fill(reused));
    expect(memory.store.accounts.size).toBe(1);
  });

  test("finds the record of a repeated sign-up before its username, taken by then", async () => {
    const memory = memoryPorts();
    const registration = { ...registrationOf({ contract: "username" }), username: "Ada" as never };
    const results = await Promise.all(
      [1, 2, 3].map(() => register(registrationPorts(memory), registration, key)),
    );
    expect(results.map(({ ok }) => ok)).toEqual([true, true, true]);
    expect(results[2]).toMatchObject({ value: { view: { username: "Ada", role: "user" } } });
    const other = { ...registration, username: "Eve" as never };
    expect(await register(registrationPorts(memory), other, key)).toEqual(reused);
  });
});

describe("a sign-up by invitation with an Idempotency-Key", () => {
  const invite = "0123456789abcdef0123456789abcdef";

  test.each([
    ["that one", invite],
    ["another one", "another"],
    ["none", undefined],
  ])("uses an invitation up once, and accepts a repeated sign-up with %s", async (_, later) => {
    const memory = memoryPorts();
    await memory.invitations.put({ hash: sha256(invite), validUntil: memory.clock() + dayMs });
    const ports = registrationPorts(memory, "by-invitation");
    const send = (brought: string | undefined) =>
      register(ports, { ...registrationOf(), invite: brought }, key);
    const results = await Promise.all(Array.from({ length: 16 }, () => send(invite)));
    results.push(await send(later));
    expect(new Set(results.map((result) => result.ok && result.value.view.id)).size).toBe(1);
    expect(results.every(({ ok }) => ok)).toBe(true);
    expect([memory.store.accounts.size, memory.store.invitations.size]).toEqual([1, 0]);
  });
});

describe("the form of an Idempotency-Key", () => {
  test.each([
    ["16 characters", "x".repeat(16), true],
    ["15 characters", "x".repeat(15), false],
    ["255 characters", "x".repeat(255), true],
    ["256 characters", "x".repeat(256), false],
    ["a structured string", '"8e03978e-40d5-43e8-bc93-6894a57f9324"', true],
    ["spaces inside", "a key with spaces", true],
    ["a space before it", " a-key-with-space", false],
    ["a space after it", "a-key-with-space ", false],
    ["a tab inside", "a-key-with\ta-tab", false],
    ["a line break", "a-key-with-a-break\n", false],
    ["an umlaut", "a-key-with-an-ümlaut", false],
    ["nothing", "", false],
  ])("checks an Idempotency-Key of %s before any lookup", async (_, text, isGood) => {
    const memory = memoryPorts();
    const result = await sent(memory, {}, text);
    expect(result.ok).toBe(isGood);
    if (result.ok) return;
    const faults = [{ field: "Idempotency-Key", place: "header", problem: "idempotency-key" }];
    expect(result.refusal).toEqual({ code: "invalid", faults });
    expect(memory.calls).toEqual([]);
  });
});

describe("a repeat's password", () => {
  test("counts a repeated sign-up's password like a login's, and compares none during a lock", async () => {
    const memory = memoryPorts();
    const { account } = await accepted(memory);
    const emailHash = account?.emailHash ?? "";
    for (let wrong = 1; wrong <= limits.wrongPasswordsMost; wrong++) {
      expect(await sent(memory, { password: "another password" })).toEqual(reused);
      expect(memory.store.attempts.get(emailHash)?.wrong).toBe(wrong);
    }
    const compare = vi.spyOn(bcrypt, "compare");
    const locked = { ok: false, refusal: { code: "rate-limited", retryAfterSeconds: 60 } };
    expect(await sent(memory)).toEqual(locked);
    expect(compare).not.toHaveBeenCalled();
    compare.mockRestore();
  });

  test("a repeated sign-up with the right password restarts the count", async () => {
    const memory = memoryPorts();
    await accepted(memory);
    await sent(memory, { password: "another password" });
    await accepted(memory);
    expect(memory.store.attempts.size).toBe(0);
  });

  test("compares a repeated sign-up's password with the account's current one", async () => {
    const memory = memoryPorts();
    const { answer } = await accepted(memory);
    changed(memory, answer.id, { passwordHash: await bcrypt.hash("another password", 4) });
    expect(await sent(memory)).toEqual(reused);
    expect((await accepted(memory, { password: "another password" })).answer).toEqual(answer);
  });

  // An immediate refusal would reveal which of both differed.
  test.each<[string, Choices]>([
    ["another body", { email: "eve@example.com" }],
    ["another password", { password: "another password" }],
    ["the same fields", {}],
  ])("a repeated sign-up with %s costs one bcrypt comparison", async (_, choices) => {
    const memory = memoryPorts();
    const hashing = [vi.spyOn(bcrypt, "hash"), vi.spyOn(bcrypt, "compare")];
    await accepted(memory);
    expect(hashing.map((spy) => spy.mock.calls.length)).toEqual([1, 0]);
    await sent(memory, choices);
    expect(hashing.map((spy) => spy.mock.calls.length)).toEqual([1, 1]);
    for (const spy of hashing) spy.mockRestore();
  });
});

describe("the key of a deleted account", () => {
  test.each<[string, (memory: MemoryPorts, id: string) => Promise<unknown>]>([
    [
      "by its owner or the mailbox's owner",
      (memory, id) => {
        const account = storedAccount(memory, id);
        return memory.accounts.change(account, deletion(account, memory.ids));
      },
    ],
    ["by an administrator", (memory, id) => setState(memory, id, "deleted")],
  ])("forgets the Idempotency-Key of an account deleted %s, and accepts it again", async (_, remove) => {
    const memory = memoryPorts();
    const { answer } = await accepted(memory);
    await remove(memory, answer.id);
    expect(memory.store.records.size).toBe(0);
    const other = await accepted(memory, { email: "eve@example.com" });
    expect(other.answer.id).not.toBe(answer.id);
  });

  test("keeps the Idempotency-Key of a disabled account", async () => {
    const memory = memoryPorts();
    const { answer } = await accepted(memory);
    await setState(memory, answer.id, "disabled");
    expect(memory.store.records.size).toBe(1);
  });

  test("keeps a deleted account's Idempotency-Key if another account has it by then", async () => {
    const memory = memoryPorts();
    const { answer } = await accepted(memory);
    memory.step(dayMs);
    await accepted(memory, { email: "eve@example.com" });
    const account = storedAccount(memory, answer.id);
    await memory.accounts.change(account, deletion(account, memory.ids));
    expect(memory.store.records.size).toBe(1);
  });

  test("keeps a restored, then deleted account's key if another account has it", async () => {
    const memory = memoryPorts();
    const { answer } = await accepted(memory);
    await setState(memory, answer.id, "deleted");
    await accepted(memory, { email: "eve@example.com" });
    await setState(memory, answer.id, "active");
    const account = storedAccount(memory, answer.id);
    await memory.accounts.change(account, deletion(account, memory.ids));
    expect(memory.store.records.size).toBe(1);
  });

  test("makes a new account if a deletion comes between a repeated sign-up's reads", async () => {
    const memory = memoryPorts();
    const { answer } = await accepted(memory);
    memory.before("accounts.find", () => {
      const account = storedAccount(memory, answer.id);
      return memory.accounts.change(account, deletion(account, memory.ids));
    });
    expect((await accepted(memory)).answer.id).not.toBe(answer.id);
  });
});
