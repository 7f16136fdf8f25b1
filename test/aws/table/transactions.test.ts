import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { tableAccounts } from "../../../lib/aws/table/accounts.ts";
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

describe("transactions and writes under faults", () => {
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

  beforeEach(() => {
    account = newAccount();
    store.calls.length = 0;
  });
  afterEach(() => embedded.aws.faults.clear());

  test.each([
    "TransactionConflict",
    "ThrottlingError",
    "ProvisionedThroughputExceeded",
  ])("a transaction that is cancelled by %s is tried again", async (code) => {
    cancel(code, 2);
    expect(await register()).toBe("registered");
    expect(transactions()).toBe(3);
    expect(await stored()).toHaveLength(4);
  });

  // supabase/auth PR 2712: the loser of a race got a server error. The AWS SDK does not try a TransactionConflict again.
  test("a transaction that stays in conflict is given up after its tries, and may be tried again later", async () => {
    cancel("TransactionConflict");
    await expect(register()).rejects.toMatchObject({
      name: "DependencyFault",
      retryable: true,
      message: "dynamodb TransactWriteItems: TransactionConflict",
    });
    expect(transactions()).toBe(limits.transactionTries);
    expect(await stored()).toEqual([]);
  });

  test("a transaction that AWS finds wrong is not tried again", async () => {
    cancel("ValidationError");
    await expect(register()).rejects.toMatchObject({
      retryable: false,
      message: "dynamodb TransactWriteItems: ValidationError",
    });
    expect(transactions()).toBe(1);
  });

  test("a transaction that is still under way is asked for again until it is decided", async () => {
    const error = "TransactionInProgressException";
    // The SDK has given up after the third; the fourth is ours.
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

  test("a sign-up whose answer is lost is registered all the same, and once", async () => {
    loseAnswers("TransactWriteItems", 1);
    expect(await register()).toBe("registered");
    expect(await stored()).toHaveLength(4);
    expect(embedded.aws.faults.list()).toEqual([]);
  });

  test("a sign-up whose every answer is lost is a fault, and its repeat is registered", async () => {
    loseAnswers("TransactWriteItems", 3);
    const jobs = jobsOf(account);
    await expect(accounts().register(account, jobs)).rejects.toMatchObject({ retryable: true });
    expect(await accounts().register(account, jobs)).toBe("registered");
    expect(await stored()).toHaveLength(4);
  });

  test("a sign-up whose answer is lost, and whose repeat meets a conflict first, is registered", async () => {
    loseAnswers("TransactWriteItems", 1);
    cancel("TransactionConflict", 1);
    expect(await register()).toBe("registered");
  });

  test.each([
    "verify-email",
    "disown-account",
  ] as const)("a use to %s whose answer is lost, and whose repeat meets a conflict first, has had its effect", async (purpose) => {
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
  ])("a rotation whose answer is lost, with %i conflicts after it, has been made once", async (conflicts) => {
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

  // A phone that refreshes must not fail the login on the laptop.
  test.each([
    [limits.transactionTries - 1, true],
    [limits.transactionTries, false],
  ])("a single write that meets %i transactions is made: %s", async (times, isMade) => {
    await register();
    const error = "TransactionConflictException";
    embedded.aws.faults.order({ service: "dynamodb", operation: "UpdateItem", error, status: 400, times });
    const noted = accounts().recordLogin(account);
    if (isMade) expect(await noted).toBe(true);
    else await expect(noted).rejects.toMatchObject({ name: "DependencyFault", retryable: true });
  });

  test("logins beside refreshes of other sessions all succeed", async () => {
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

  test("a rotation whose every answer is lost is a fault, and who comes again gets the successor that it made", async () => {
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

  test("a reset whose transaction fails leaves the token unspent and nothing else changed", async () => {
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
  ])("a reset whose answer is lost %s has its whole effect", async (_, times) => {
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

  test("tokens whose answer is lost are minted all the same", async () => {
    const pair = [newToken(account, "verify-email", 0), newToken(account, "disown-account", 0)];
    loseAnswers("PutItem", 2);
    await tokens().mint(pair);
    for (const token of pair) expect(await tokens().find(token.hash)).toEqual(token);
  });

  test("a job whose adding lost its answer is added once and can be claimed", async () => {
    const job = cleanUpOf(account);
    const outbox = tableOutbox(store.table, Date.now);
    loseAnswers("PutItem", 1);
    await outbox.add(job);
    expect(await outbox.claim(job)).toEqual({ order: job.order, attempt: 1 });
  });

  test("a claim that lost its answer has counted, and the job comes again when its wait is over", async () => {
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
