import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { tableAccounts } from "../../../lib/aws/table/accounts.ts";
import { tableAttempts } from "../../../lib/aws/table/attempts.ts";
import { tableTokens } from "../../../lib/aws/table/one-time-tokens.ts";
import { tableOutbox } from "../../../lib/aws/table/outbox.ts";
import { tableSessions } from "../../../lib/aws/table/sessions.ts";
import type { Account } from "../../../lib/core/account/account.ts";
import { beginSession } from "../../../lib/core/sessions/begin-session.ts";
import { rotateSession } from "../../../lib/core/sessions/rotate-session.ts";
import { randomIds } from "../../../lib/core/shared/ids.ts";
import { limits } from "../../../lib/core/shared/limits.ts";
import { tokenWorld } from "../../support/token-support.ts";
import { startEmbedded } from "./embedded.ts";
import { startTable } from "./engine.ts";
import {
  cleanUpOf,
  disowning,
  jobsOf,
  newAccount,
  newSession,
  newToken,
  resetting,
  someHash,
  verifying,
} from "./records.ts";

const embedded = startEmbedded();

describe("the table's transactions and writes under faults", () => {
  const store = startTable({
    name: "the embedded endpoint",
    url: () => embedded.aws.url,
    raisesConflicts: true,
  });
  let account: Account;
  const accounts = () => tableAccounts(store.table, Date.now);
  const tokens = () => tableTokens(store.table);
  const register = () => accounts().register(account, jobsOf(account));
  const stored = () => store.items((item) => JSON.stringify([item.pk, item.accountId]).includes(account.id));
  const transactions = () => store.calls.filter((name) => name === "TransactWriteItems").length;

  const cancel = (code: string, times?: number) => {
    const CancellationReasons = [{ Code: "None" }, { Code: code, Message: "by order" }];
    embedded.aws.faults.order({
      service: "dynamodb",
      operation: "TransactWriteItems",
      error: "TransactionCanceledException",
      status: 400,
      fields: { CancellationReasons },
      ...(times !== undefined && { times }),
    });
  };
  const loseAnswers = (operation: string, times: number) =>
    embedded.aws.faults.order({ service: "dynamodb", operation, error: "disconnect-after-effect", times });

  const refuseAll = () =>
    embedded.aws.faults.order({
      service: "dynamodb",
      operation: "TransactWriteItems",
      error: "InternalServerError",
      status: 500,
    });

  test("counts a login attempt once if the answer to its write is lost", async () => {
    const attempts = tableAttempts(store.table, Date.now);
    const key = someHash();
    expect(await attempts.begin(key)).toMatchObject({ remaining: 4 });
    loseAnswers("PutItem", 1);
    expect(await attempts.begin(key)).toMatchObject({ lockedSeconds: 0, remaining: 3 });
    expect(await attempts.begin(key)).toMatchObject({ remaining: 2 });
  });

  beforeEach(() => {
    account = newAccount();
    store.calls.length = 0;
  });
  afterEach(() => embedded.aws.faults.clear());

  test.each([
    "TransactionConflict",
    "ThrottlingError",
    "ProvisionedThroughputExceeded",
  ])("retries a transaction that %s cancels", async (code) => {
    cancel(code, 2);
    expect(await register()).toBe("registered");
    expect(transactions()).toBe(3);
    expect(await stored()).toHaveLength(4);
  });

  // supabase/auth PR 2712: the loser of a race got a server error. The AWS SDK does not retry TransactionConflict.
  test("gives up a transaction after its retries with a retryable fault if the conflict remains", async () => {
    cancel("TransactionConflict");
    await expect(register()).rejects.toMatchObject({
      name: "DependencyFault",
      retryable: true,
      message: "dynamodb TransactWriteItems: TransactionConflict",
    });
    expect(transactions()).toBe(limits.transactionTries);
    expect(await stored()).toEqual([]);
  });

  test("does not retry a transaction that AWS finds invalid", async () => {
    cancel("ValidationError");
    await expect(register()).rejects.toMatchObject({
      retryable: false,
      message: "dynamodb TransactWriteItems: ValidationError",
    });
    expect(transactions()).toBe(1);
  });

  test("repeats a transaction that is in progress until it is decided", async () => {
    const error = "TransactionInProgressException";
    // The SDK gives up after the third attempt. The fourth is ours.
    embedded.aws.faults.order({
      service: "dynamodb",
      operation: "TransactWriteItems",
      error,
      status: 400,
      times: 3,
    });
    expect(await register()).toBe("registered");
    expect(transactions()).toBe(2);
  });

  test("registers an account once although the answer is lost", async () => {
    loseAnswers("TransactWriteItems", 1);
    expect(await register()).toBe("registered");
    expect(await stored()).toHaveLength(4);
    expect(embedded.aws.faults.list()).toEqual([]);
  });

  test("reports a fault if every answer of a sign-up is lost, and registers its repeat", async () => {
    loseAnswers("TransactWriteItems", 3);
    const jobs = jobsOf(account);
    await expect(accounts().register(account, jobs)).rejects.toMatchObject({ retryable: true });
    expect(await accounts().register(account, jobs)).toBe("registered");
    expect(await stored()).toHaveLength(4);
  });

  test("registers an account although the answer is lost and the repeat meets a conflict", async () => {
    loseAnswers("TransactWriteItems", 1);
    cancel("TransactionConflict", 1);
    expect(await register()).toBe("registered");
  });

  test.each([
    "verify-email",
    "disown-account",
  ] as const)("makes a change to %s although the answer is lost and the repeat meets a conflict", async (purpose) => {
    await register();
    const token = newToken(account, purpose, Date.now());
    await tokens().mint([token]);
    loseAnswers("TransactWriteItems", 1);
    cancel("TransactionConflict", 1);
    const isVerifying = purpose === "verify-email";
    expect(
      await (isVerifying
        ? accounts().change(account, verifying(token))
        : accounts().change(account, disowning(token, cleanUpOf(account)))),
    ).toBe(true);
    expect((await accounts().find(account.id))?.isVerified).toBe(isVerifying || undefined);
  });

  test.each([
    0, 1,
  ])("rotates a session once although the answer is lost, with %i conflicts afterwards", async (conflicts) => {
    await register();
    const session = newSession(account);
    const sessions = tableSessions(store.table);
    await sessions.begin(session);
    loseAnswers("TransactWriteItems", 1);
    if (conflicts > 0) cancel("TransactionConflict", conflicts);
    const next = { secretHash: someHash(), usedAt: session.usedAt + 1, idleUntil: session.idleUntil + 1 };
    expect(await sessions.rotate(session, account, next)).toBe(true);
    expect(await sessions.find(account.id, session.id)).toEqual({ ...session, ...next, generation: 1 });
  });

  // A refresh on the phone must not fail the login on the laptop.
  test.each([
    [limits.transactionTries - 1, true],
    [limits.transactionTries, false],
  ])("makes a single write that meets %i transactions: %s", async (times, isMade) => {
    await register();
    const error = "TransactionConflictException";
    embedded.aws.faults.order({ service: "dynamodb", operation: "UpdateItem", error, status: 400, times });
    const noted = accounts().recordLogin(account);
    if (isMade) expect(await noted).toBe(true);
    else await expect(noted).rejects.toMatchObject({ name: "DependencyFault", retryable: true });
  });

  test("makes logins that race refreshes of other sessions", async () => {
    await register();
    const sessions = tableSessions(store.table);
    const refreshed = Array.from({ length: 8 }, () => newSession(account));
    await Promise.all(refreshed.map((session) => sessions.begin(session)));
    const rotations = refreshed.map((session) =>
      sessions.rotate(session, account, { secretHash: someHash(), usedAt: 1, idleUntil: 2 }),
    );
    const logins = Array.from({ length: 4 }, () => accounts().recordLogin(account));
    expect(await Promise.all([...rotations, ...logins])).toEqual(Array(12).fill(true));
  });

  test("reports a fault if every answer of a rotation is lost, and gives its successor to the next call", async () => {
    await register();
    const world = tokenWorld(Date.now());
    await world.addKey();
    const sessions = tableSessions(store.table);
    const ports = { sessions, accounts: accounts(), issuing: world.issuing, clock: Date.now };
    const { id, token } = await beginSession({ ...ports, ids: randomIds }, account, "signup");
    const rotate = (held: string) => rotateSession(ports, held, "signup");
    loseAnswers("TransactWriteItems", 3);
    await expect(rotate(token)).rejects.toMatchObject({ name: "DependencyFault", retryable: true });
    expect((await sessions.find(account.id, id))?.generation).toBe(1);
    const again = await rotate(token);
    if (!again.ok) throw new Error(again.refusal.code);
    expect((await sessions.find(account.id, id))?.generation).toBe(1);
    expect(await rotate(again.value.refresh)).toMatchObject({ ok: true });
  });

  test("a reset's failed transaction leaves the token unspent and everything else unchanged", async () => {
    await register();
    const token = newToken(account, "reset-password", Date.now());
    await tokens().mint([token]);
    const items = await store.items();
    const change = resetting(account, token, "new hash");
    for (const order of [() => cancel("TransactionConflict"), refuseAll]) {
      order();
      await expect(accounts().change(account, change)).rejects.toMatchObject({ name: "DependencyFault" });
      embedded.aws.faults.clear();
      expect(await store.items()).toEqual(items);
    }
    expect(await accounts().change(account, change)).toBe(true);
    expect(await tokens().find(token.hash)).toBeUndefined();
  });

  test.each([
    ["once", 1],
    ["every time", 3],
  ])("makes a complete reset although its answer is lost %s", async (_, times) => {
    await register();
    const token = newToken(account, "reset-password", Date.now());
    await tokens().mint([token]);
    loseAnswers("TransactWriteItems", times);
    const made = accounts().change(account, resetting(account, token, "new hash"));
    if (times > 1) await expect(made).rejects.toMatchObject({ retryable: true });
    else expect(await made).toBe(true);
    expect(await tokens().find(token.hash)).toBeUndefined();
    expect(await accounts().find(account.id)).toMatchObject({ passwordHash: "new hash", epoch: 1 });
    const kinds = (await stored()).map(({ kind }) => kind);
    expect(kinds).toEqual(expect.arrayContaining(["password-changed", "empty-home"]));
  });

  test("mints tokens although the answer is lost", async () => {
    const pair = [newToken(account, "verify-email", 0), newToken(account, "disown-account", 0)];
    loseAnswers("PutItem", 2);
    await tokens().mint(pair);
    for (const token of pair) expect(await tokens().find(token.hash)).toEqual(token);
  });

  test("adds a job once although the answer is lost, so that it can be claimed", async () => {
    const job = cleanUpOf(account);
    const outbox = tableOutbox(store.table, Date.now);
    loseAnswers("PutItem", 1);
    await outbox.add(job);
    expect(await outbox.claim(job)).toEqual({ order: job.order, attempt: 1 });
  });

  test("counts a job's claim although its answer is lost, and gives it again later", async () => {
    let now = Date.now();
    const job = cleanUpOf(account);
    const outbox = tableOutbox(store.table, () => now);
    await outbox.add(job);
    loseAnswers("UpdateItem", 1);
    expect(await outbox.claim(job)).toBeUndefined();
    now += 60_000;
    expect(await outbox.claim(job)).toEqual({ order: job.order, attempt: 2 });
  });
});
