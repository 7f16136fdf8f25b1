import { describe, expect, test } from "vitest";
import type { AccountState } from "../../../lib/core/account/account-state.ts";
import { setState } from "../../../lib/core/account-management/administer.ts";
import { spendToken } from "../../../lib/core/email-address/verify-email.ts";
import { requestMail } from "../../../lib/core/mail/request-mail.ts";
import { resetPassword } from "../../../lib/core/passwords/reset-password.ts";
import { register } from "../../../lib/core/registration/register.ts";
import { type ContractName, contracts } from "../../../lib/core/shared/contracts.ts";
import {
  applyEffects,
  dayMs,
  emailOf,
  minuteMs,
  registrationOf,
  registrationPorts,
  resetTokenInMail,
  sendMails,
  signUp,
  storedAccount,
  tokensInMail,
} from "../../support/core-support.ts";
import { fault, type MemoryPorts, memoryPorts } from "../../support/memory/ports.ts";

/** Signs up under a setting of this many days, sends the first mail and makes the home. */
async function signedUp({ days = 7, contract = "signup" as ContractName } = {}) {
  const memory = memoryPorts();
  const ports = { ...registrationPorts(memory), removeUnverifiedAfterDays: days };
  const result = await register(ports, registrationOf({ contract }));
  if (!result.ok) throw new Error(result.refusal.code);
  await sendMails(memory);
  await applyEffects(memory);
  return { memory, id: result.value.view.id };
}

/** Waits until the removal is due, and runs the due jobs and those that they queue. */
async function untilRemoval(memory: MemoryPorts, days = 7): Promise<void> {
  memory.step(days * dayMs);
  await applyEffects(memory);
  await applyEffects(memory);
}

const verify = (memory: MemoryPorts) => spendToken(memory, tokensInMail(memory).verify, ["verify-email"]);
const jobKinds = (memory: MemoryPorts) => [...memory.store.jobs.values()].map(({ order }) => order.kind);
const change = (memory: MemoryPorts, id: string, changes: object) =>
  memory.store.accounts.set(id, { ...storedAccount(memory, id), ...changes });

describe("a never-verified account of signup", () => {
  test("queues the removal of an unverified account in the transaction of its sign-up", async () => {
    const { memory, id: accountId } = await signedUp();
    expect(memory.calls.slice(0, 3)).toEqual(["cipher.encryptEmail", "numbers.take", "accounts.register"]);
    expect(memory.calls).not.toContain("outbox.add");
    expect([...memory.store.jobs.values()]).toEqual([
      expect.objectContaining({
        order: { kind: "remove-unverified", accountId },
        nextAttemptAt: memory.clock() + 7 * dayMs,
        attempts: 0,
      }),
    ]);
  });

  test.each([
    1, 7, 365,
  ])("removes an unverified account %i days after its sign-up, as set, and not before", async (days) => {
    const { memory, id } = await signedUp({ days });
    memory.step(days * dayMs - 1);
    await applyEffects(memory);
    expect(storedAccount(memory, id)).toMatchObject({ isVerified: false });
    memory.step(1);
    await applyEffects(memory);
    expect(await memory.accounts.find(id)).toBeUndefined();
  });

  test("removes an unverified account with everything it had, and frees its address", async () => {
    const { memory, id } = await signedUp();
    const { number } = storedAccount(memory, id);
    const session = { accountId: id, id: "session-1" } as Parameters<typeof memory.sessions.begin>[0];
    await memory.sessions.begin(session);
    memory.step(6 * dayMs + 23.5 * 3_600_000);
    await requestMail(memory, "resend-verification", emailOf("ada@example.com"));
    await sendMails(memory);
    memory.step(1_800_000);
    await applyEffects(memory);
    expect(memory.store.accounts.get(id)).toEqual({
      id,
      number,
      epoch: 1,
      deletedAt: new Date(memory.clock()).toISOString(),
    });
    expect(memory.store.claims.size).toBe(0);
    await applyEffects(memory);
    expect([memory.store.homes.size, memory.store.files.size, memory.store.sessions.size]).toEqual([0, 0, 0]);
    expect(jobKinds(memory)).toEqual([]);
    // This includes the link of the last half hour.
    expect(await verify(memory)).toMatchObject({ ok: false, refusal: { code: "token-invalid" } });
    expect((await signUp(memory)).id).not.toBe(id);
  });

  test("keeps an unverified account for good if the setting says never", async () => {
    const { memory, id } = await signedUp({ days: 0 });
    expect(jobKinds(memory)).toEqual([]);
    await untilRemoval(memory, 1_000);
    expect(storedAccount(memory, id)).toMatchObject({ isVerified: false });
  });

  test("removes an unverified account at the next try after a failure or kill", async () => {
    const { memory, id } = await signedUp();
    memory.before("accounts.change", fault("accounts.change"));
    await untilRemoval(memory);
    expect(storedAccount(memory, id)).toBeDefined();
    memory.step(minuteMs);
    await applyEffects(memory);
    expect(await memory.accounts.find(id)).toBeUndefined();
  });

  test("removes an unverified account once if the answer of the first try was lost", async () => {
    const { memory, id } = await signedUp();
    memory.after("accounts.change", fault("accounts.change"));
    await untilRemoval(memory);
    memory.step(minuteMs);
    await applyEffects(memory);
    expect(jobKinds(memory)).toEqual([]);
    expect(memory.store.accounts.get(id)).toMatchObject({ epoch: 1 });
  });
});

describe("accounts that are not removed", () => {
  test.each(
    (Object.keys(contracts) as ContractName[]).filter((name) => !contracts[name].mustVerify),
  )("keeps an account of %s, whose login needs no verified address", async (contract) => {
    expect(jobKinds((await signedUp({ contract })).memory)).toEqual([]);
    // A removal job would keep it too.
    const { memory, id } = await signedUp();
    change(memory, id, { contract });
    await untilRemoval(memory);
    expect(storedAccount(memory, id)).toMatchObject({ contract, isVerified: false });
  });

  test("keeps a verified account", async () => {
    const { memory, id } = await signedUp();
    await verify(memory);
    await untilRemoval(memory);
    expect(storedAccount(memory, id)).toMatchObject({ isVerified: true, epoch: 0 });
    expect(jobKinds(memory)).toEqual([]);
    expect(memory.store.homes.size).toBe(1);
  });

  test("keeps an account whose mailbox a reset has proven", async () => {
    const { memory, id } = await signedUp();
    await requestMail(memory, "reset-password", emailOf("ada@example.com"));
    await sendMails(memory);
    const { password } = registrationOf({ password: "another-password" });
    const ports = { ...memory, bcryptCost: 4 };
    expect(await resetPassword(ports, { token: resetTokenInMail(memory), password })).toMatchObject({
      ok: true,
    });
    await untilRemoval(memory);
    expect(storedAccount(memory, id)).toMatchObject({ isVerified: true });
  });

  test.each([
    "disabled",
    "deleted",
  ] as const)("keeps an account that an administrator has %s", async (state) => {
    const { memory, id } = await signedUp();
    await setState(memory, id, state);
    const before = storedAccount(memory, id);
    await untilRemoval(memory);
    expect(storedAccount(memory, id)).toEqual(before);
    expect(memory.store.claims.size).toBe(1);
    expect(jobKinds(memory)).toEqual([]);
  });

  test("keeps the next account with a disowned address", async () => {
    const { memory } = await signedUp();
    await spendToken(memory, tokensInMail(memory).disown, ["disown-account"]);
    const next = await signUp(memory);
    await untilRemoval(memory);
    expect(storedAccount(memory, next.id)).toMatchObject({ epoch: 0 });
    expect(memory.store.claims.get(next.emailHash)).toBe(next.id);
  });

  test.each([
    "verified",
    "disabled",
  ] as const)("keeps an account that is %s between read and removal", async (how) => {
    const { memory, id } = await signedUp();
    memory.before("accounts.change", async () => {
      if (how === "disabled") return setState(memory, id, "disabled");
      change(memory, id, { isVerified: true });
    });
    await untilRemoval(memory);
    expect(storedAccount(memory, id)).toMatchObject(
      how === "verified" ? { isVerified: true } : { isActive: false },
    );
    expect(jobKinds(memory)).toEqual([]);
  });
});

describe("an account that an administrator has changed", () => {
  const set = (memory: MemoryPorts, id: string, state: AccountState, days = 7) =>
    setState({ ...memory, removeUnverifiedAfterDays: days }, id, state);
  const removals = (memory: MemoryPorts) => jobKinds(memory).filter((kind) => kind === "remove-unverified");

  // Otherwise it would hold the address for ever, though the address's owner never asked for it.
  test.each([
    ["disabled", 30],
    ["deleted", 30],
    ["disabled", 1],
  ] as const)("removes an unverified account its full time after being %s for %i days", async (state, later) => {
    const { memory, id } = await signedUp();
    await set(memory, id, state);
    expect(removals(memory)).toEqual([]);
    await untilRemoval(memory, later);
    await set(memory, id, "active");
    memory.step(7 * dayMs - 1);
    await applyEffects(memory);
    expect(storedAccount(memory, id)).toMatchObject({ isVerified: false, isActive: true });
    memory.step(1);
    await applyEffects(memory);
    expect(await memory.accounts.find(id)).toBeUndefined();
    expect(memory.store.claims.size).toBe(0);
    expect(removals(memory)).toEqual([]);
  });

  test("queues one removal of an unverified account, however often it is disabled and enabled", async () => {
    const { memory, id } = await signedUp();
    for (const state of ["disabled", "active", "deleted", "disabled", "active", "active"] as const)
      await set(memory, id, state);
    expect(removals(memory)).toHaveLength(1);
    await Promise.all([set(memory, id, "disabled"), set(memory, id, "disabled")]);
    const enabled = await Promise.all([1, 2, 3].map(() => set(memory, id, "active")));
    expect(enabled.sort()).toEqual([false, false, true]);
    expect(removals(memory)).toHaveLength(1);
  });

  test("keeps an account that was verified before its removal is due, even while disabled", async () => {
    const { memory, id } = await signedUp();
    await set(memory, id, "disabled");
    change(memory, id, { isVerified: true });
    await set(memory, id, "active");
    expect(removals(memory)).toEqual([]);
    await untilRemoval(memory);
    expect(storedAccount(memory, id)).toMatchObject({ isVerified: true });
  });

  test("keeps an account if the setting says never, or its contract requires no verification", async () => {
    const { memory, id } = await signedUp();
    await set(memory, id, "disabled", 0);
    await set(memory, id, "active", 0);
    expect(removals(memory)).toEqual([]);
    const others = await signedUp({ contract: "users" });
    await set(others.memory, others.id, "disabled");
    await set(others.memory, others.id, "active");
    expect(removals(others.memory)).toEqual([]);
  });

  test("does not remove an account by a job claimed just before its disabling", async () => {
    const { memory, id } = await signedUp();
    memory.step(7 * dayMs);
    memory.after("outbox.claim", () => set(memory, id, "disabled"));
    await applyEffects(memory);
    expect(storedAccount(memory, id)).toMatchObject({ isActive: false, isVerified: false });
  });

  test("a removal that runs during a disabling keeps the account and the next job", async () => {
    const { memory, id } = await signedUp();
    memory.before("accounts.change", async () => {
      await set(memory, id, "disabled");
      await set(memory, id, "active");
    });
    memory.step(7 * dayMs);
    await applyEffects(memory);
    expect(storedAccount(memory, id)).toMatchObject({ isActive: true, epoch: 1 });
    expect(removals(memory)).toHaveLength(1);
    await untilRemoval(memory);
    expect(await memory.accounts.find(id)).toBeUndefined();
  });
});

describe("a removal at the moment of a verification", () => {
  test.each([
    "removal",
    "verification",
  ])("completes exactly one of a removal and a verification, with the %s first", async (first) => {
    const { memory, id } = await signedUp();
    memory.step(7 * dayMs - 1_000);
    await requestMail(memory, "resend-verification", emailOf("ada@example.com"));
    await sendMails(memory);
    memory.step(1_000);
    const sides = [() => applyEffects(memory), () => verify(memory)];
    const [one, other] = first === "removal" ? sides : sides.reverse();
    const results = await Promise.all([one?.(), other?.()]);
    const verification = results.find((result) => result !== undefined);
    const account = await memory.accounts.find(id);
    expect((verification as { ok: boolean }).ok).toBe(account !== undefined);
    expect(account?.isVerified).toBe(account && true);
    expect(memory.store.claims.size).toBe(account ? 1 : 0);
  });
});
