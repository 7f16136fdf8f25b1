import { describe, expect, test } from "vitest";
import { contracts } from "../../lib/core/shared/contracts.ts";
import { eventually, mailTo, nextEmail, startApi } from "../support/api.ts";
import { nextUsername, registrations, signUpRequest } from "../support/samples.ts";
import { readTable } from "../support/table.ts";

// Long enough that racing transactions meet.
const api = startApi({ transactionWindowMs: 20 });

/** Sends `times` sign-ups at once, in turn through every contract. */
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
describe("simultaneous sign-ups", () => {
  // First, so that every execution environment is up when the races below begin.
  test("40 of different addresses all succeed, each with a number of its own", async () => {
    const before = (await numbers()).length;
    const answers = await signUpAtOnce(40, nextEmail);
    expect(new Set(answers.map(({ outcome }) => outcome))).toEqual(new Set(["won"]));
    const numbered = answers.filter(({ contract }) => contracts[contract].isNumbered);
    expect(new Set(await numbers()).size).toBe(before + numbered.length);
  });

  test("that meet in the table make one account, and are told so like all others", async () => {
    const conflicts = () => api.local.tally.of("dynamodb TransactWriteItems TransactionConflict");
    const before = conflicts();
    // Whether any meet is up to the machine.
    while (conflicts() === before) {
      const email = nextEmail();
      const answers = await signUpAtOnce(10, () => email);
      const outcomes = answers.map(({ outcome }) => outcome).sort();
      expect(outcomes).toEqual([...Array(9).fill("duplicate"), "won"]);
    }
  });

  test("500 of one address over all contracts make one account, 499 duplicate answers and no fault", async () => {
    const email = nextEmail();
    const before = (await keysOf("EMAIL#")).length;
    const answers = await signUpAtOnce(500, (turn) => (turn % 3 ? email : email.toUpperCase()));
    const count = (outcome: string) => answers.filter((answer) => answer.outcome === outcome).length;
    expect(answers.filter(({ outcome }) => outcome === "other")).toEqual([]);
    expect({ won: count("won"), duplicate: count("duplicate") }).toEqual({ won: 1, duplicate: 499 });

    expect(await keysOf("EMAIL#")).toHaveLength(before + 1);
    expect((await keysOf("ACCOUNT#")).filter(({ sk }) => sk === "ACCOUNT")).toHaveLength(before + 1);
    await mailTo(api, email);
    await eventually("nothing to be owed now", async () =>
      (await keysOf("OUTBOX#")).every(({ notBefore }) => notBefore !== undefined),
    );
    expect(api.local.mailbox.list().filter((mail) => mail.to.includes(email))).toHaveLength(1);
  });

  test("500 of one username over all contracts give it to one of those who may have one", async () => {
    const username = nextUsername();
    const before = (await keysOf("USERNAME#")).length;
    const answers = await signUpAtOnce(500, nextEmail, { username });
    const asked = answers.filter(({ contract }) => contract === "username");
    expect(asked.filter(({ status }) => status === 201)).toHaveLength(1);
    const lost = asked.filter(({ status }) => status !== 201);
    expect(lost).toHaveLength(asked.length - 1);
    for (const { status, json } of lost)
      expect({ status, json }).toEqual({ status: 400, json: { detail: "Username taken" } });
    // The other contracts know no usernames, and take no notice of the field.
    expect(answers.filter(({ outcome }) => outcome === "won")).toHaveLength(500 - lost.length);
    expect(await keysOf("USERNAME#")).toHaveLength(before + 1);
  });
});
