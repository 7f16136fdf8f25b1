import { describe, expect, test } from "vitest";
import { contracts } from "../../lib/core/shared/contracts.ts";
import { eventually, mailTo, nextEmail, startApi } from "../support/api.ts";
import { nextUsername, registrations, signUpRequest } from "../support/samples.ts";
import { readTable } from "../support/table.ts";

// Long enough for racing transactions to conflict.
const api = startApi({ transactionWindowMs: 20 });

/** Sends parallel sign-ups, through every contract in turn. */
const signUpAtOnce = (times: number, email: (turn: number) => string, more: object = {}) =>
  Promise.all(
    Array.from({ length: times }, async (_, turn) => {
      const registration = registrations[turn % registrations.length] as (typeof registrations)[number];
      const { path, sample, contract } = registration;
      const { status, json } = await api.send(path, signUpRequest(sample, email(turn), more));
      const isDuplicate = status === sample.duplicate.status && isEqual(json, sample.duplicate.json);
      const outcome = status === sample.success ? "won" : isDuplicate ? "duplicate" : "other";
      return { status, json, contract, outcome };
    }),
  );

const isEqual = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

const keysOf = async (prefix: string) =>
  (await readTable(api.local.awsUrl)).filter(({ pk }) => String(pk).startsWith(prefix));

const numbers = async () =>
  (await keysOf("ACCOUNT#")).flatMap(({ number }) => (number === undefined ? [] : [number]));

// https://github.com/better-auth/better-auth/issues/4039, https://github.com/supabase/auth/pull/2712
describe("parallel sign-ups", () => {
  // This test comes first, so that every execution environment is up before the races.
  test("registers 40 different emails in parallel, each with its own number", async () => {
    const before = (await numbers()).length;
    const answers = await signUpAtOnce(40, nextEmail);
    expect(new Set(answers.map(({ outcome }) => outcome))).toEqual(new Set(["won"]));
    const numbered = answers.filter(({ contract }) => contracts[contract].isNumbered);
    expect(new Set(await numbers()).size).toBe(before + numbered.length);
  });

  test("registers one account if sign-ups conflict in the table, and answers the others as duplicates", async () => {
    const conflicts = () => api.local.tally.of("dynamodb TransactWriteItems TransactionConflict");
    const before = conflicts();
    // The machine's timing decides whether any conflict.
    while (conflicts() === before) {
      const email = nextEmail();
      const answers = await signUpAtOnce(10, () => email);
      const outcomes = answers.map(({ outcome }) => outcome).sort();
      expect(outcomes).toEqual([...Array(9).fill("duplicate"), "won"]);
    }
  });

  test("registers one account for 500 parallel requests with one email over all contracts", async () => {
    const email = nextEmail();
    const before = (await keysOf("EMAIL#")).length;
    const answers = await signUpAtOnce(500, (turn) => (turn % 3 ? email : email.toUpperCase()));
    const count = (outcome: string) => answers.filter((answer) => answer.outcome === outcome).length;
    expect(answers.filter(({ outcome }) => outcome === "other")).toEqual([]);
    expect({ won: count("won"), duplicate: count("duplicate") }).toEqual({ won: 1, duplicate: 499 });

    expect(await keysOf("EMAIL#")).toHaveLength(before + 1);
    expect((await keysOf("ACCOUNT#")).filter(({ sk }) => sk === "ACCOUNT")).toHaveLength(before + 1);
    await mailTo(api, email);
    await eventually("an empty queue", async () =>
      (await keysOf("OUTBOX#")).every(({ notBefore }) => notBefore !== undefined),
    );
    expect(api.local.mailbox.list().filter((mail) => mail.to.includes(email))).toHaveLength(1);
  });

  test("gives a username to one of 500 parallel requests over all contracts", async () => {
    const username = nextUsername();
    const before = (await keysOf("USERNAME#")).length;
    const answers = await signUpAtOnce(500, nextEmail, { username });
    const asked = answers.filter(({ contract }) => contract === "username");
    expect(asked.filter(({ status }) => status === 201)).toHaveLength(1);
    const lost = asked.filter(({ status }) => status !== 201);
    expect(lost).toHaveLength(asked.length - 1);
    for (const { status, json } of lost)
      expect({ status, json }).toEqual({ status: 400, json: { detail: "Username taken" } });
    // The other contracts have no usernames and ignore the field.
    expect(answers.filter(({ outcome }) => outcome === "won")).toHaveLength(500 - lost.length);
    expect(await keysOf("USERNAME#")).toHaveLength(before + 1);
  });
});
