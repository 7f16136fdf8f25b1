import bcrypt from "bcryptjs";
import { describe, expect, test, vi } from "vitest";
import { hashEmail } from "../../../lib/core/account/email.ts";
import { setState } from "../../../lib/core/account-management/administer.ts";
import { deletion } from "../../../lib/core/account-management/deletion.ts";
import { answersEveryMs, registerHidden } from "../../../lib/core/registration/register-hidden.ts";
import { hashToken } from "../../../lib/core/shared/ids.ts";
import { limits } from "../../../lib/core/shared/limits.ts";
import { functionTimeoutSeconds } from "../../../lib/manifest/platform.ts";
import {
  emailOf,
  registrationOf,
  registrationPorts,
  signUp,
  storedAccount,
} from "../../support/core-support.ts";
import { fault, type MemoryPorts, memoryPorts } from "../../support/memory/ports.ts";

const key = "a7f0c1f4-0d2b-4bb0-9b51-canary-key";
const everyMs = limits.hiddenSignUpMs;

type Choices = NonNullable<Parameters<typeof registrationOf>[0]>;

/** Waiting only advances the clock. */
const ports = (memory: MemoryPorts) => ({
  ...registrationPorts(memory),
  sleep: async (ms: number) => memory.step(ms),
});

const sent = (memory: MemoryPorts, choices: Choices = {}, sentKey?: string) =>
  registerHidden(ports(memory), registrationOf(choices), sentKey);

async function accepted(memory: MemoryPorts, choices: Choices = {}, sentKey?: string) {
  const result = await sent(memory, choices, sentKey);
  if (!result.ok) throw new Error(`refused: ${result.refusal.code}`);
  const { account, view } = result.value;
  // A token could be issued for the account, or an answer depend on it.
  expect(account).toBeUndefined();
  return view;
}

const refusal = (code: string) => ({ ok: false, refusal: expect.objectContaining({ code }) });
const change = (memory: MemoryPorts, id: string, changes: object) =>
  memory.store.accounts.set(id, { ...storedAccount(memory, id), ...changes });

/** States of an address before a sign-up with it. */
const pasts: [string, (memory: MemoryPorts) => Promise<unknown>][] = [
  ["is free", async () => {}],
  [
    "is proven",
    async (memory) => {
      const { id } = await signUp(memory, { password: "the owner's own" });
      change(memory, id, { isVerified: true });
    },
  ],
  ["is unproven", (memory) => signUp(memory, { password: "the owner's own" })],
  ["belongs to an account of another contract", (memory) => signUp(memory, { contract: "username" })],
  [
    "belongs to a disabled account",
    async (memory) => setState(memory, (await signUp(memory)).id, "disabled"),
  ],
  [
    "belongs to an account that an administrator deleted",
    async (memory) => setState(memory, (await signUp(memory)).id, "deleted"),
  ],
];
const taken = pasts.slice(1);
const proven = (pasts[1] as (typeof pasts)[number])[1];

async function withPast(past: (memory: MemoryPorts) => Promise<unknown>) {
  const memory = memoryPorts();
  await past(memory);
  memory.calls.length = 0;
  return memory;
}

describe("a sign-up that hides whether its address is taken", () => {
  test.each(pasts)("a hidden sign-up is answered like a new account, if its address %s", async (_, past) => {
    const memory = await withPast(past);
    expect(await accepted(memory)).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      number: expect.any(Number),
      email: "ada@example.com",
      role: "user",
      profile: { fullName: "Ada Lovelace", speakingLanguage: "en", listeningLanguage: "fr" },
      isActive: true,
      isVerified: false,
      createdAt: new Date(memory.clock() - everyMs).toISOString(),
    });
  });

  test.each(
    taken,
  )("a hidden sign-up changes nothing and queues one mail if its address %s", async (_, past) => {
    const memory = await withPast(past);
    const before = structuredClone(memory.store);
    await accepted(memory);
    const { jobs, ...others } = memory.store;
    const { jobs: jobsBefore, ...unchanged } = before;
    expect(others).toEqual(unchanged);
    const added = [...jobs].filter(([name]) => !jobsBefore.has(name)).map(([, { order }]) => order);
    expect(added).toEqual([{ kind: "sign-up-again", emailHash: hashEmail(emailOf("ada@example.com")) }]);
  });

  test("a hidden sign-up shows an id and number that no account gets", async () => {
    const memory = memoryPorts();
    const answers = [await accepted(memory), await accepted(memory), await accepted(memory)];
    const other = await accepted(memory, { email: "eve@example.com" });
    for (const shown of ["id", "number"] as const)
      expect(new Set([...answers, other].map((answer) => answer[shown])).size).toBe(4);
    expect([...memory.store.accounts.keys()]).toEqual([answers[0]?.id, other.id]);
  });

  test.each(pasts)("a hidden sign-up starts with a new account's work if its address %s", async (_, past) => {
    const memory = await withPast(past);
    const hash = vi.spyOn(bcrypt, "hash");
    await accepted(memory);
    expect(hash).toHaveBeenCalledTimes(1);
    hash.mockRestore();
    expect(memory.calls.slice(0, 3)).toEqual(["cipher.encryptEmail", "numbers.take", "accounts.register"]);
  });

  test("makes one account of many simultaneous hidden sign-ups with one address, answered alike", async () => {
    const memory = memoryPorts();
    const answers = await Promise.all(Array.from({ length: 16 }, () => accepted(memory)));
    expect(new Set(answers.map((answer) => Object.keys(answer).join())).size).toBe(1);
    expect(memory.store.accounts.size).toBe(1);
  });
});

describe("the time of a hidden sign-up's answer", () => {
  /** Returns how long the answer takes by the clock, if commit and mail take this long. */
  async function time(memory: MemoryPorts, commitMs: number, mailMs = 0): Promise<number> {
    memory.before("accounts.register", () => memory.step(commitMs));
    memory.before("accounts.registerNobody", () => memory.step(mailMs));
    const begunAt = memory.clock();
    await sent(memory).catch(() => {});
    return memory.clock() - begunAt;
  }

  test.each(pasts)("a hidden sign-up is answered at a fixed moment if its address %s", async (_, past) => {
    for (const [commitMs, mailMs] of [
      [0, 0],
      [1, 0],
      [700, 0],
      [700, 600],
      [everyMs - 1, 0],
      [everyMs, 0],
    ])
      expect(await time(await withPast(past), commitMs as number, mailMs)).toBe(everyMs);
  });

  test("a hidden sign-up is answered one interval later if the work takes longer", async () => {
    for (const [, past] of pasts) expect(await time(await withPast(past), everyMs + 1)).toBe(2 * everyMs);
  });

  test.each([
    "cipher.encryptEmail",
    "accounts.register",
    "accounts.registerNobody",
  ] as const)("a hidden sign-up is answered at the usual moment if %s fails", async (operation) => {
    const memory = await withPast(proven);
    memory.before(operation, fault(operation));
    expect(await time(memory, 300)).toBe(everyMs);
  });

  test("hidden sign-ups are answered later at a higher bcrypt cost, before the timeout", () => {
    expect([10, 11, 12, 13, 14].map(answersEveryMs)).toEqual([1_500, 1_500, 1_500, 3_000, 6_000]);
    expect(2 * answersEveryMs(14)).toBeLessThan(functionTimeoutSeconds * 1000 - limits.timeoutReserveMs);
  });
});

describe("a repeat of a hidden sign-up with an Idempotency-Key", () => {
  test.each(pasts)("a repeated hidden sign-up gets the first answer if its address %s", async (_, past) => {
    const memory = await withPast(past);
    const first = await accepted(memory, {}, key);
    const jobs = memory.store.jobs.size;
    memory.step(5_000);
    expect(await accepted(memory, {}, key)).toEqual(first);
    expect([memory.store.jobs.size, memory.store.records.size]).toEqual([jobs, 1]);
  });

  test.each(pasts)("a repeated hidden sign-up costs three calls if its address %s", async (_, past) => {
    const memory = await withPast(past);
    await accepted(memory, {}, key);
    memory.calls.length = 0;
    await accepted(memory, {}, key);
    expect(memory.calls).toEqual(["records.find", "attempts.begin", "attempts.clear"]);
  });

  test.each(
    pasts,
  )("refuses another body or password of a repeated hidden sign-up whose address %s", async (_, past) => {
    const memory = await withPast(past);
    await accepted(memory, {}, key);
    expect(await sent(memory, { email: "eve@example.com" }, key)).toEqual(refusal("idempotency-key-reused"));
    for (let wrong = 0; wrong < limits.wrongPasswordsMost; wrong++)
      expect(await sent(memory, { password: "the owner's own" }, key)).toEqual(
        refusal("idempotency-key-reused"),
      );
    expect(await sent(memory, {}, key)).toEqual(refusal("rate-limited"));
  });

  test("passwords of repeated hidden sign-ups neither lock nor unlock a login", async () => {
    const memory = await withPast(proven);
    const emailHash = hashEmail(emailOf("ada@example.com"));
    for (let guessed = 0; guessed < 3; guessed++) await memory.attempts.begin(emailHash);
    await accepted(memory, {}, key);
    await accepted(memory, {}, key);
    await sent(memory, { password: "another password" }, key);
    expect(memory.store.attempts.get(emailHash)?.wrong).toBe(3);
  });

  test.each(
    pasts,
  )("64 simultaneous repeats of a hidden sign-up count as one if its address %s", async (_, past) => {
    const memory = await withPast(past);
    const patient = { ...ports(memory), sleep: registrationPorts(memory).sleep };
    const results = await Promise.all(
      Array.from({ length: 64 }, () => registerHidden(patient, registrationOf(), key)),
    );
    const answers = results.map((result) => {
      if (!result.ok) throw new Error(result.refusal.code);
      return JSON.stringify(result.value.view);
    });
    expect(new Set(answers).size).toBe(1);
    expect([memory.store.accounts.size, memory.store.records.size]).toEqual([1, 1]);
  });

  // Otherwise the second answer would show a caller that the address was new, and that its owner said "not me".
  test("a repeated hidden sign-up gets the first answer although the account was deleted", async () => {
    const memory = memoryPorts();
    const first = await accepted(memory, {}, key);
    const account = storedAccount(memory, first.id);
    await memory.accounts.change(account, deletion(account, memory.ids));
    expect(await accepted(memory, {}, key)).toEqual(first);
    expect(memory.store.claims.size).toBe(0);
  });

  test("a hidden sign-up's record stores neither password nor address, but a bcrypt hash", async () => {
    const memory = await withPast(proven);
    await accepted(memory, { password: "canary-password" }, key);
    const [record] = memory.store.records.values();
    expect(await bcrypt.compare("canary-password", record?.passwordHash ?? "")).toBe(true);
    expect(JSON.stringify(record)).not.toMatch(/canary|ada/);
  });

  test("answers a repeated hidden sign-up whose first answer was lost", async () => {
    const memory = await withPast(proven);
    memory.after("accounts.registerNobody", fault("accounts.registerNobody"));
    await expect(sent(memory, {}, key)).rejects.toThrow("injected");
    const [record] = memory.store.records.values();
    expect((await accepted(memory, {}, key)).id).toBe(record?.accountId);
  });
});

describe("the invitation of a hidden sign-up", () => {
  const invite = "0123456789abcdef0123456789abcdef";
  const invited = (memory: MemoryPorts, email: string, brought = invite, sentKey?: string) =>
    registerHidden(
      { ...ports(memory), signUp: "by-invitation" },
      { ...registrationOf({ email }), invite: brought },
      sentKey,
    );
  const give = (memory: MemoryPorts) =>
    memory.invitations.put({ hash: hashToken(invite), validUntil: memory.clock() + 1e9 });

  // Otherwise a still valid invitation would reveal that the address was taken.
  test.each(pasts)("a hidden sign-up uses its invitation up if its address %s", async (_, past) => {
    const memory = await withPast(past);
    await give(memory);
    expect((await invited(memory, "ada@example.com")).ok).toBe(true);
    expect(memory.store.invitations.size).toBe(0);
    expect(await invited(memory, "eve@example.com")).toEqual(refusal("invitation-invalid"));
  });

  test.each(pasts)("a hidden sign-up checks its invitation first if its address %s", async (_, past) => {
    const memory = await withPast(past);
    const jobs = memory.store.jobs.size;
    expect(await invited(memory, "ada@example.com", "")).toEqual(refusal("invitation-invalid"));
    expect(memory.store.jobs.size).toBe(jobs);
  });

  test.each(
    pasts,
  )("a repeated hidden sign-up needs no second invitation if its address %s", async (_, past) => {
    const memory = await withPast(past);
    await give(memory);
    const results = await Promise.all(
      Array.from({ length: 8 }, () => invited(memory, "ada@example.com", invite, key)),
    );
    expect(new Set(results.map((result) => result.ok && result.value.view.id)).size).toBe(1);
    expect(results.map(({ ok }) => ok)).toEqual(Array(8).fill(true));
  });

  test.each(
    taken,
  )("a hidden sign-up refuses an invitation used up meanwhile if its address %s", async (_, past) => {
    const memory = await withPast(past);
    await give(memory);
    memory.after("accounts.register", () => void memory.store.invitations.clear());
    const jobs = memory.store.jobs.size;
    expect(await invited(memory, "ada@example.com", invite, key)).toEqual(refusal("invitation-invalid"));
    expect([memory.store.jobs.size, memory.store.records.size]).toEqual([jobs, 0]);
  });
});
