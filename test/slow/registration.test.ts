import { describe, expect, test } from "vitest";
import { eventually, mailTo, nextEmail, startApi } from "../support/api.ts";
import { registrations } from "../support/samples.ts";
import { readTable } from "../support/table.ts";

// Long enough that racing transactions meet.
const api = startApi({ transactionWindowMs: 20 });

// https://github.com/better-auth/better-auth/issues/4039, https://github.com/supabase/auth/pull/2712
describe("simultaneous sign-ups", () => {
  // First, so that every execution environment is up when the race below begins.
  test("40 of different addresses all succeed, each with a number of its own", async () => {
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, at) => {
        const { path, sample } = registrations[at % registrations.length] as (typeof registrations)[number];
        return api.post(path, sample.fields(nextEmail()));
      }),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(answers.map(({ json }) => json.id ?? json.user_id)).size).toBe(40);
  });

  test("200 of one address over all contracts make one account, 199 duplicate answers and no fault", async () => {
    const email = nextEmail();
    api.local.tally.take();
    const answers = await Promise.all(
      Array.from({ length: 200 }, async (_, at) => {
        const { path, sample, contract } = registrations[
          at % registrations.length
        ] as (typeof registrations)[number];
        const { status, json } = await api.post(path, sample.fields(at % 3 ? email : email.toUpperCase()));
        const isDuplicate = status === sample.duplicate.status && isEqual(json, sample.duplicate.json);
        return {
          status,
          contract,
          outcome: status === sample.success ? "won" : isDuplicate ? "duplicate" : "other",
        };
      }),
    );
    const count = (outcome: string) => answers.filter((answer) => answer.outcome === outcome).length;
    expect(answers.filter(({ outcome }) => outcome === "other")).toEqual([]);
    expect({ won: count("won"), duplicate: count("duplicate") }).toEqual({ won: 1, duplicate: 199 });
    expect(api.local.tally.of("dynamodb TransactWriteItems TransactionConflict")).toBeGreaterThan(0);

    const items = await readTable(api.local.awsUrl);
    expect(items.filter(({ sk }) => sk === "ACCOUNT")).toHaveLength(41);
    expect(items.filter(({ pk }) => String(pk).startsWith("EMAIL#"))).toHaveLength(41);
    await mailTo(api, email);
    await eventually("the outbox to be empty", async () =>
      (await readTable(api.local.awsUrl)).every(({ pk }) => !String(pk).startsWith("OUTBOX#")),
    );
    expect(api.local.mailbox.list().filter((mail) => mail.to.includes(email))).toHaveLength(1);
  });
});

const isEqual = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
