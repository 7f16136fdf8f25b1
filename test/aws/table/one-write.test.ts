import { describe, expect, test } from "vitest";
import { tableAccounts } from "../../../lib/aws/table/accounts.ts";
import { tableAttempts } from "../../../lib/aws/table/attempts.ts";
import { tableInvitations } from "../../../lib/aws/table/invitations.ts";
import { tableTokens } from "../../../lib/aws/table/one-time-tokens.ts";
import { tableOutbox } from "../../../lib/aws/table/outbox.ts";
import { tableSessions } from "../../../lib/aws/table/sessions.ts";
import type { Account } from "../../../lib/core/account/account.ts";
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
} from "./records.ts";

const embedded = startEmbedded();
const isWrite = (call: string) => !/^(Get|Query|Scan|BatchGet|TransactGet)/.test(call);

/*
 * test/core/flows/crash.test.ts kills flows between calls of these methods, on in-memory ports. It cannot kill within a
 * method. That is enough if each method is one write or one transaction.
 */
describe("a method of the table", () => {
  const store = startTable({
    name: "the embedded endpoint",
    url: () => embedded.aws.url,
    raisesConflicts: true,
  });
  const accounts = () => tableAccounts(store.table, Date.now);
  const sessions = () => tableSessions(store.table);
  const outbox = () => tableOutbox(store.table, Date.now);

  async function writesOf(act: () => Promise<unknown>) {
    store.calls.length = 0;
    await act();
    return store.calls.filter(isWrite);
  }

  const token = (account: Account) => newToken(account, "reset-password", Date.now());
  const job = (account: Account) => cleanUpOf(account);

  test.each<[string, (account: Account) => Promise<() => Promise<unknown>>]>([
    ["registerNobody", async (account) => () => accounts().registerNobody(someHash(), [job(account)], {})],
    ["recordLogin", async (account) => () => accounts().recordLogin(account)],
    [
      "change for a reset",
      async (account) => {
        const reset = token(account);
        await tableTokens(store.table).mint([reset]);
        return () => accounts().change(account, resetting(account, reset, "new hash"));
      },
    ],
    [
      "change for a deletion",
      async (account) => {
        const disown = newToken(account, "disown-account", Date.now());
        await tableTokens(store.table).mint([disown]);
        return () => accounts().change(account, disowning(disown, job(account)));
      },
    ],
    [
      "holdHome",
      async ({ id }) =>
        () =>
          accounts().holdHome(id, `home/${id}/`),
    ],
    [
      "releaseHome",
      async ({ id }) =>
        () =>
          accounts().releaseHome(id, `home/${id}/`),
    ],
    [
      "mint for two tokens",
      async (account) => () => tableTokens(store.table).mint([token(account), token(account)]),
    ],
    ["begin for a session", async (account) => () => sessions().begin(newSession(account))],
    ...(["use", "rotate", "end", "end with a job"] as const).map(
      (what): [string, (account: Account) => Promise<() => Promise<unknown>>] => [
        `${what} for a session`,
        async (account) => {
          const session = newSession(account);
          await sessions().begin(session);
          const next = { secretHash: someHash(), usedAt: 1, idleUntil: 2 };
          const acts = {
            use: () => sessions().use(session, next),
            rotate: () => sessions().rotate(session, account, next),
            end: () => sessions().end(session),
            "end with a job": () => sessions().end(session, [job(account)]),
          };
          return acts[what];
        },
      ],
    ),
    ["begin for an attempt", async () => () => tableAttempts(store.table, Date.now).begin(someHash())],
    ["clear for a count", async () => () => tableAttempts(store.table, Date.now).clear(someHash())],
    ["add for a job", async (account) => () => outbox().add(job(account))],
    [
      "claim for a job",
      async (account) => {
        const added = job(account);
        await outbox().add(added);
        return () => outbox().claim(added);
      },
    ],
    ["revoke for an invitation", async () => () => tableInvitations(store.table).revoke(someHash())],
  ])("a method of the table makes one write: %s", async (_, prepare) => {
    const account = newAccount();
    expect(await writesOf(() => accounts().register(account, jobsOf(account)))).toHaveLength(1);
    expect(await writesOf(await prepare(account))).toHaveLength(1);
  });
});
