import { describe, expect, test } from "vitest";
import { stateOf } from "../../../lib/core/account/account-state.ts";
import { accountEffects } from "../../../lib/core/account-management/account-effects.ts";
import { setState } from "../../../lib/core/account-management/administer.ts";
import { changeProfile } from "../../../lib/core/account-management/change-profile.ts";
import { deleteAccount } from "../../../lib/core/account-management/delete-account.ts";
import { exportAccount } from "../../../lib/core/account-management/export-account.ts";
import { hashPassword, type NewPassword } from "../../../lib/core/passwords/password.ts";
import { beginSessionWithAccess } from "../../../lib/core/sessions/begin-session.ts";
import { removeSessions } from "../../../lib/core/sessions/remove-sessions.ts";
import type { Result } from "../../../lib/core/shared/refusals.ts";
import { ordersOf, type registrationOf, signUp, storedAccount } from "../../support/core-support.ts";
import { type MemoryPorts, memoryPorts } from "../../support/memory/ports.ts";
import { tokenWorld } from "../../support/token-support.ts";

const password = "MyStr0ngP@ss!";

async function loggedIn(choices: Parameters<typeof registrationOf>[0] = {}) {
  const memory = memoryPorts();
  const tokens = tokenWorld(memory.clock());
  await tokens.addKey();
  const account = await signUp(memory, { contract: "users", password, ...choices });
  const { access } = await beginSessionWithAccess({ ...memory, issuing: tokens.issuing }, account, "signup");
  const ports = { ...memory, verifying: tokens.verifying, bcryptCost: 4 };
  return { memory, account, ports, bearer: access.token };
}

const codeOf = (result: Result<unknown, never> | { ok: boolean; refusal?: { code: string } }) =>
  "refusal" in result ? result.refusal?.code : "ok";

/** Changes an account once, just before the next change is written. */
const meanwhile = (memory: MemoryPorts, id: string, changes: object) =>
  memory.before("accounts.change", () => {
    memory.store.accounts.set(id, { ...storedAccount(memory, id), ...changes });
  });

describe("changing the bearer's profile", () => {
  test("a change of profile sets the named fields and keeps the rest", async () => {
    const { memory, account, ports, bearer } = await loggedIn();
    const result = await changeProfile(ports, { bearer, profile: { speakingLanguage: "de" } });
    const profile = { fullName: "Ada Lovelace", speakingLanguage: "de", listeningLanguage: "fr" };
    expect(result).toMatchObject({ ok: true, value: { id: account.id, profile } });
    expect(storedAccount(memory, account.id)).toMatchObject({ profile, epoch: account.epoch });
  });

  test("keeps both a change of the profile and a verification at the same moment", async () => {
    const { memory, account, ports, bearer } = await loggedIn();
    meanwhile(memory, account.id, { isVerified: true });
    const result = await changeProfile(ports, { bearer, profile: { fullName: null } });
    expect(result).toMatchObject({ ok: true, value: { isVerified: true, profile: { fullName: null } } });
    expect(storedAccount(memory, account.id)).toMatchObject({
      isVerified: true,
      profile: { fullName: null },
    });
  });

  test("keeps both of two simultaneous changes of different profile fields", async () => {
    const { memory, account, ports, bearer } = await loggedIn();
    const results = await Promise.all([
      changeProfile(ports, { bearer, profile: { fullName: "Augusta" } }),
      changeProfile(ports, { bearer, profile: { listeningLanguage: "it" } }),
    ]);
    expect(results.map(codeOf)).toEqual(["ok", "ok"]);
    const profile = { fullName: "Augusta", speakingLanguage: "en", listeningLanguage: "it" };
    expect(storedAccount(memory, account.id).profile).toEqual(profile);
  });

  test("refuses a change of profile if the account is disabled meanwhile", async () => {
    const { memory, account, ports, bearer } = await loggedIn();
    meanwhile(memory, account.id, { isActive: false, epoch: 1 });
    expect(codeOf(await changeProfile(ports, { bearer, profile: { fullName: null } }))).toBe(
      "access-token-invalid",
    );
    expect(storedAccount(memory, account.id).profile.fullName).toBe("Ada Lovelace");
  });

  test("a change of profile throws a retryable fault if others keep overtaking", async () => {
    const { memory, account, ports, bearer } = await loggedIn();
    for (let turn = 0; turn < 6; turn++) meanwhile(memory, account.id, { isVerified: turn % 2 === 0 });
    await expect(changeProfile(ports, { bearer, profile: { fullName: null } })).rejects.toMatchObject({
      name: "DependencyFault",
      retryable: true,
    });
  });
});

describe("deleting the bearer's account", () => {
  // GHSA-2vg6-77g8-24mp: sessions outlived the account.
  test("a deletion leaves a tombstone, frees the address, ends tokens, and queues further removals", async () => {
    const { memory, account, ports, bearer } = await loggedIn();
    expect(codeOf(await deleteAccount(ports, { bearer, password }))).toBe("ok");
    expect(memory.store.accounts.get(account.id)).toEqual({
      id: account.id,
      number: account.number,
      epoch: account.epoch + 1,
      deletedAt: "2026-03-14T12:00:00.000Z",
    });
    expect(memory.store.claims.size).toBe(0);
    expect(memory.store.attempts.size).toBe(0);
    expect(codeOf(await changeProfile(ports, { bearer, profile: { fullName: null } }))).toBe(
      "access-token-invalid",
    );
    expect(ordersOf(memory).slice(-4)).toEqual([
      { kind: "remove-sessions", accountId: account.id },
      { kind: "remove-tokens", accountId: account.id },
      { kind: "remove-audit-trail", accountId: account.id },
      { kind: "remove-home", accountId: account.id },
    ]);
    await accountEffects(memory)["remove-sessions"]({ kind: "remove-sessions", accountId: account.id }, 1);
    expect(memory.store.sessions.size).toBe(0);
  });

  test("counts wrong passwords of a deletion under the account, and compares none after five", async () => {
    const { memory, account, ports, bearer } = await loggedIn();
    const answers = [];
    for (let turn = 0; turn < 6; turn++)
      answers.push(await deleteAccount(ports, { bearer, password: "wrong password" }));
    expect(answers.slice(0, 5).map((answer) => !answer.ok && answer.refusal)).toEqual(
      [4, 3, 2, 1, 0].map((attemptsRemaining) => ({ code: "credentials-wrong", attemptsRemaining })),
    );
    // The lock lasts a minute. The caller waits out its first three seconds, in which a right password may lift it.
    expect(answers[5]).toEqual({ ok: false, refusal: { code: "account-locked", lockedSeconds: 57 } });
    expect(codeOf(await deleteAccount(ports, { bearer, password }))).toBe("account-locked");
    expect(storedAccount(memory, account.id)).toBeDefined();
    // The count is not the address's, so nobody is locked out of the login.
    expect([...memory.store.attempts.keys()]).toHaveLength(1);
    expect(memory.store.attempts.has(account.emailHash)).toBe(false);
  });

  test("accepts one of two simultaneous deletions; the other finds no account", async () => {
    const { memory, ports, bearer } = await loggedIn();
    const results = await Promise.all([1, 2].map(() => deleteAccount(ports, { bearer, password })));
    expect(results.map(codeOf).sort()).toEqual(["access-token-invalid", "ok"]);
    const removals = [...memory.store.jobs.values()].filter(({ order }) => order.kind === "remove-home");
    expect(removals).toHaveLength(1);
  });

  test("deletes the account although it is verified at the same moment", async () => {
    const { memory, account, ports, bearer } = await loggedIn();
    meanwhile(memory, account.id, { isVerified: true });
    expect(codeOf(await deleteAccount(ports, { bearer, password }))).toBe("ok");
    expect(memory.store.accounts.get(account.id)).toHaveProperty("deletedAt");
  });

  test("refuses a deletion if the password changes while it is compared", async () => {
    const { memory, account, ports, bearer } = await loggedIn();
    const passwordHash = await hashPassword("another password" as NewPassword, 4);
    meanwhile(memory, account.id, { passwordHash, isVerified: true });
    expect(codeOf(await deleteAccount(ports, { bearer, password }))).toBe("credentials-wrong");
    expect(storedAccount(memory, account.id)).toBeDefined();
  });

  test("refuses to delete a disabled account", async () => {
    const { memory, account, ports, bearer } = await loggedIn();
    memory.store.accounts.set(account.id, { ...account, isActive: false });
    expect(codeOf(await deleteAccount(ports, { bearer, password }))).toBe("access-token-invalid");
    expect(memory.calls).not.toContain("attempts.begin");
  });

  test("a deletion removes any number of sessions, but none of another account", async () => {
    const { memory, account, ports } = await loggedIn();
    const other = await signUp(memory, { email: "bob@example.com" });
    const tokens = { sessions: ports.sessions, ids: memory.ids, clock: memory.clock };
    const session = [...memory.store.sessions.values()][0];
    for (let turn = 0; turn < 120; turn++)
      memory.store.sessions.set(`${turn}`, { ...(session as NonNullable<typeof session>), id: `${turn}` });
    await tokens.sessions.begin({
      ...(session as NonNullable<typeof session>),
      id: "bobs",
      accountId: other.id,
    });
    await removeSessions(memory.sessions, account.id);
    expect([...memory.store.sessions.keys()]).toEqual(["bobs"]);
  });
});

describe("exporting the bearer's account", () => {
  test("an export collects account, address, sessions and home", async () => {
    const { memory, account, ports, bearer } = await loggedIn();
    await memory.homes.make(`home/${account.id}/`);
    const result = await exportAccount(ports, bearer);
    expect(result).toMatchObject({
      ok: true,
      value: {
        view: { id: account.id, email: "ada@example.com" },
        sessions: [{ accountId: account.id }],
        home: {
          prefix: `home/${account.id}/`,
          files: [{ key: `home/${account.id}/default`, bytes: 0 }],
          hasMore: false,
        },
      },
    });
    expect(result.ok && "record" in result.value).toBe(false);
  });

  test("exports the form record without its hash, and the home named by the address", async () => {
    const { account, ports, bearer } = await loggedIn({ contract: "form" });
    const result = await exportAccount(ports, bearer);
    expect(result.ok && result.value.record).toEqual({
      email: "ada@example.com",
      confirmed: true,
      lastlogin: "",
      createdon: account.createdAt,
      dongle: "",
    });
    expect(result.ok && result.value.home.prefix).toBe("home/ada@example.com/");
  });

  test("refuses an export to an invalid token", async () => {
    const { ports } = await loggedIn();
    expect(codeOf(await exportAccount(ports, "nonsense"))).toBe("access-token-invalid");
  });
});

describe("the administration", () => {
  test.each([
    "disabled",
    "deleted",
  ] as const)("an administrator makes an account %s, ending its tokens at once, and undoes it", async (state) => {
    const { memory, account, ports, bearer } = await loggedIn();
    expect(await setState(memory, account.id, state)).toBe(true);
    const stored = storedAccount(memory, account.id);
    expect(stateOf(stored)).toBe(state);
    expect(stored).toMatchObject({ isActive: false, epoch: 1 });
    expect(stored.removedAt).toBe(state === "deleted" ? "2026-03-14T12:00:00.000Z" : undefined);
    expect(memory.store.claims.get(account.emailHash)).toBe(account.id);
    expect(codeOf(await exportAccount(ports, bearer))).toBe("access-token-invalid");

    expect(await setState(memory, account.id, state)).toBe(false);
    expect(await setState(memory, account.id, "active")).toBe(true);
    expect(stateOf(storedAccount(memory, account.id))).toBe("active");
    // The earlier sessions stay ended.
    expect(codeOf(await exportAccount(ports, bearer))).toBe("access-token-invalid");
  });

  test("an administrator finds no unknown account, and none that its owner deleted", async () => {
    const { memory, account, ports, bearer } = await loggedIn();
    expect(await setState(memory, "nobody", "disabled")).toBeUndefined();
    await deleteAccount(ports, { bearer, password });
    expect(await setState(memory, account.id, "active")).toBeUndefined();
  });

  test("an administrator's change is retried if the account changes meanwhile", async () => {
    const { memory, account } = await loggedIn();
    meanwhile(memory, account.id, { isVerified: true });
    expect(await setState(memory, account.id, "disabled")).toBe(true);
    expect(storedAccount(memory, account.id)).toMatchObject({ isActive: false, isVerified: true });
  });
});
