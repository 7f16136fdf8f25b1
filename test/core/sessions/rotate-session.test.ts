import { describe, expect, test } from "vitest";
import type { Account } from "../../../lib/core/account/account.ts";
import { beginSessionWithAccess } from "../../../lib/core/sessions/begin-session.ts";
import { rotateSession } from "../../../lib/core/sessions/rotate-session.ts";
import { useSession } from "../../../lib/core/sessions/use-session.ts";
import { hashToken } from "../../../lib/core/shared/ids.ts";
import { atOnce } from "../../aws/table/records.ts";
import { dayMs, minuteMs, signUp, storedAccount } from "../../support/core-support.ts";
import { fault, faultOf, memoryPorts } from "../../support/memory/ports.ts";
import { tokenWorld } from "../../support/token-support.ts";

// One key for all tests, because making one takes a third of a second.
const world = tokenWorld();
await world.addKey();

async function loggedIn() {
  const memory = memoryPorts();
  const account = await signUp(memory, { contract: "users" });
  const ports = { ...memory, issuing: { ...world.issuing, clock: memory.clock } };
  const { refresh } = await beginSessionWithAccess(ports, account, "signup");
  const [, id = ""] = refresh.split(".");
  return {
    memory,
    ports,
    id,
    first: refresh,
    rotate: (token: string) => rotateSession(ports, token, "signup"),
    session: () => memory.store.sessions.get(id),
    change: (changes: Partial<Account>) =>
      void memory.store.accounts.set(account.id, { ...storedAccount(memory, account.id), ...changes }),
    read: () => storedAccount(memory, account.id),
  };
}

type Outcome = Awaited<ReturnType<typeof rotateSession>>;

/** Returns the successor of an accepted rotation, or the code of a refusal. */
const outcome = (result: Outcome) => (result.ok ? result.value.refresh : result.refusal.code);

const isToken = expect.stringMatching(/^[0-9a-f-]{36}\.[0-9a-f-]{36}\.[0-9a-f-]{36}$/);

describe("rotating a session", () => {
  test("a rotation replaces the refresh token each time, and issues an access token", async () => {
    const { memory, ports, first, id, rotate, session } = await loggedIn();
    const tokens = [first];
    for (let turn = 1; turn <= 4; turn++) {
      memory.step(minuteMs);
      const result = await rotate(tokens.at(-1) as string);
      expect(outcome(result)).toEqual(isToken);
      if (!result.ok) return;
      tokens.push(result.value.refresh);
      const claims = JSON.parse(
        Buffer.from(result.value.access.token.split(".")[1] as string, "base64url").toString(),
      );
      expect(claims).toMatchObject({ sid: id, sub: ports.store.sessions.get(id)?.accountId });
      expect(session()).toMatchObject({
        generation: turn,
        usedAt: memory.clock(),
        idleUntil: memory.clock() + 7 * dayMs,
        secretHash: hashToken(tokens.at(-1)?.split(".")[2] as string),
      });
    }
    expect(new Set(tokens).size).toBe(5);
  });

  test("stores neither the current refresh token nor an earlier or later one", async () => {
    const { memory, first, rotate } = await loggedIn();
    const tokens = [first];
    for (let turn = 0; turn < 3; turn++) tokens.push(outcome(await rotate(tokens[turn] as string)));
    const stored = JSON.stringify([...memory.store.sessions]);
    for (const token of tokens) expect(stored).not.toContain(token.split(".")[2]);
  });

  // CVE-2026-1035: check and update of a refresh token were not atomic, so that one token gave several sessions.
  test("64 simultaneous callers rotate a refresh token once, and all get its successor", async () => {
    const { first, rotate, session } = await loggedIn();
    const outcomes = (await atOnce(64, () => rotate(first))).map(outcome);
    expect(new Set(outcomes).size).toBe(1);
    expect(outcomes[0]).toEqual(isToken);
    expect(session()?.generation).toBe(1);
    expect(await rotate(outcomes[0] as string).then(outcome)).toEqual(isToken);
  });

  test("gives a repeated rotation the same successor for ten seconds, and writes nothing", async () => {
    const { memory, first, rotate, session } = await loggedIn();
    const successor = outcome(await rotate(first));
    const after = session();
    memory.step(10_000);
    expect(outcome(await rotate(first))).toBe(successor);
    expect(session()).toEqual(after);
  });

  // CVE-2026-9802: a rotated refresh token could be replayed.
  test("ends the session of a refresh token reused after ten seconds, successor included", async () => {
    const { memory, first, rotate, session } = await loggedIn();
    const successor = outcome(await rotate(first));
    memory.step(10_001);
    expect(outcome(await rotate(first))).toBe("refresh-token-reused");
    expect(session()).toBeUndefined();
    expect(outcome(await rotate(successor))).toBe("refresh-token-invalid");
    expect(outcome(await rotate(first))).toBe("refresh-token-invalid");
  });

  test("ends the session of a refresh token reused after its successor, however soon", async () => {
    const { first, rotate, session } = await loggedIn();
    const second = outcome(await rotate(first));
    await rotate(second);
    expect(outcome(await rotate(first))).toBe("refresh-token-reused");
    expect(session()).toBeUndefined();
  });

  test.each([1, 2, 7, 40])("recognises a reused refresh token that is %i generations old", async (age) => {
    const { memory, first, rotate, session } = await loggedIn();
    for (let turn = 0, token = first; turn < age; turn++) token = outcome(await rotate(token));
    memory.step(10_001);
    expect(outcome(await rotate(first))).toBe("refresh-token-reused");
    expect(session()).toBeUndefined();
  });

  test("ends a disabled account's session too when its refresh token is reused", async () => {
    const { memory, first, rotate, session, change } = await loggedIn();
    await rotate(first);
    change({ isActive: false });
    memory.step(minuteMs);
    expect(outcome(await rotate(first))).toBe("refresh-token-reused");
    expect(session()).toBeUndefined();
  });

  test("refuses a refresh token that never existed, and ends nothing", async () => {
    const { first, rotate, session } = await loggedIn();
    await rotate(first);
    const before = session();
    const [accountId, id, secret = ""] = first.split(".");
    for (const [wrong, code] of [
      ["", "refresh-token-missing"],
      [`${accountId}.${id}.00000000-0000-4000-8000-ffffffffffff`, "refresh-token-invalid"],
      [`${accountId}.${id}.${secret.toUpperCase()}X`, "refresh-token-invalid"],
      [`${accountId}.${id}`, "refresh-token-invalid"],
      [`${first}.x`, "refresh-token-invalid"],
      [`${id}.${id}.${secret}`, "refresh-token-invalid"],
      [`${accountId}.${accountId}.${secret}`, "refresh-token-invalid"],
    ] as const)
      expect(outcome(await rotate(wrong))).toBe(code);
    expect(session()).toEqual(before);
  });

  test("refuses a session of another contract, and ends nothing even for a stale token", async () => {
    const { memory, ports, first, rotate, session } = await loggedIn();
    await rotate(first);
    memory.step(minuteMs);
    for (const contract of ["users", "form", "token", "username"] as const)
      expect(outcome(await rotateSession(ports, first, contract))).toBe("refresh-token-invalid");
    expect(await useSession(ports, first, "users")).toBeUndefined();
    expect(session()).toBeDefined();
  });

  test.each<[string, Partial<Account>, string]>([
    ["was disabled", { isActive: false }, "account-disabled"],
    ["was disabled, and its sessions ended", { isActive: false, epoch: 1 }, "account-disabled"],
    ["has another epoch", { epoch: 1 }, "refresh-token-invalid"],
  ])("refuses a refresh token and its repeat if the account %s", async (_, changes, code) => {
    const { first, rotate, session, change } = await loggedIn();
    const second = outcome(await rotate(first));
    change(changes);
    const before = session();
    for (const token of [first, second]) expect(outcome(await rotate(token))).toBe(code);
    expect(session()).toEqual(before);
  });

  test("refuses a refresh token of a deleted account", async () => {
    const { memory, first, rotate, read } = await loggedIn();
    await memory.accounts.change(read(), { deletes: true });
    expect(outcome(await rotate(first))).toBe("refresh-token-invalid");
  });

  test("refuses a session after a week without use, and any session after thirty days", async () => {
    const idle = await loggedIn();
    idle.memory.step(7 * dayMs);
    expect(outcome(await idle.rotate(idle.first))).toBe("refresh-token-invalid");
    const old = await loggedIn();
    let token = old.first;
    for (let week = 1; week <= 4; week++) {
      old.memory.step(7 * dayMs - 1);
      token = outcome(await old.rotate(token));
    }
    expect(old.session()?.idleUntil).toBe(old.session()?.endsAt);
    old.memory.step(2 * dayMs + 3);
    token = outcome(await old.rotate(token));
    expect(token).toEqual(isToken);
    old.memory.step(1);
    expect(outcome(await old.rotate(token))).toBe("refresh-token-invalid");
  });

  test.each<[string, Partial<Account>, string]>([
    ["is disabled", { isActive: false }, "account-disabled"],
    ["gets another epoch", { epoch: 1 }, "refresh-token-invalid"],
  ])("rotates no refresh token of an account that %s between read and write", async (_, changes, code) => {
    const { memory, first, rotate, session, change } = await loggedIn();
    memory.before("sessions.rotate", () => change(changes));
    expect(outcome(await rotate(first))).toBe(code);
    expect(session()?.generation).toBe(0);
  });

  test("a rotation does not revive a session that ends between read and write", async () => {
    const { memory, first, rotate, session, id } = await loggedIn();
    memory.before("sessions.rotate", () => void memory.store.sessions.delete(id));
    expect(outcome(await rotate(first))).toBe("refresh-token-invalid");
    expect(session()).toBeUndefined();
  });

  test("accepts a session that a half-read change of the account keeps", async () => {
    const { memory, first, rotate, session, read } = await loggedIn();
    const kept = session();
    // The session is read before the change, the account after it.
    const changed = Promise.withResolvers<void>();
    memory.after("sessions.find", async () => {
      expect(await memory.accounts.change(read(), { ...(kept && { endsSessions: kept }) })).toBe(true);
      changed.resolve();
    });
    memory.before("accounts.find", () => changed.promise);
    expect(outcome(await rotate(first))).toEqual(isToken);
    expect(session()).toMatchObject({ generation: 1, epoch: 1 });
  });

  test("keeps the refresh token valid while no key can sign", async () => {
    const { ports, first, rotate, session } = await loggedIn();
    const broken = { ...ports.issuing, signer: () => Promise.reject(faultOf("cipher.decryptEmail")) };
    await expect(rotateSession({ ...ports, issuing: broken }, first, "signup")).rejects.toMatchObject({
      retryable: true,
    });
    expect(session()?.generation).toBe(0);
    expect(outcome(await rotate(first))).toEqual(isToken);
  });

  test("gives a retried rotation the same successor after its answer was lost", async () => {
    const { memory, first, rotate, session } = await loggedIn();
    memory.after("sessions.rotate", fault("sessions.rotate"));
    await expect(rotate(first)).rejects.toMatchObject({ name: "DependencyFault", retryable: true });
    const second = outcome(await rotate(first));
    expect(second).toEqual(isToken);
    expect(session()).toMatchObject({
      generation: 1,
      secretHash: hashToken(second.split(".")[2] as string),
    });
  });
});
