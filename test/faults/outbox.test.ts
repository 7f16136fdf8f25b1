import { afterEach, describe, expect, onTestFinished, test } from "vitest";
import { eventually, mailTo, nextEmail, startApi } from "../support/api.ts";
import { password } from "../support/samples.ts";
import { endRateWindows, readTable, setAttribute } from "../support/table.ts";

const api = startApi();
afterEach(() => api.local.faults.clear());

const mailsTo = (email: string) => api.local.mailbox.list().filter((mail) => mail.to.includes(email));

async function signUp(email = nextEmail()) {
  const answer = await api.post("/api/v1/auth/signup", { email, password });
  expect(answer.status).toBe(201);
  const items = await readTable(api.local.awsUrl);
  const account = items.find((item) => item.sk === "ACCOUNT" && item.number === answer.json.id);
  return { email, accountId: String(account?.pk).slice("ACCOUNT#".length) };
}

/** The stored job of an account that is still queued. */
const jobOf = async (accountId: string, kind = "verify-email") =>
  (await readTable(api.local.awsUrl)).find((item) => item.accountId === accountId && item.kind === kind);

const attempted = (accountId: string, attempts: number) =>
  eventually(`attempt ${attempts}`, async () => {
    const job = await jobOf(accountId);
    return job?.attempts === attempts && job.lastError ? job : undefined;
  });

const runSchedule = (name = "send-mail") =>
  api.local.invoke(name, { source: "aws.events", "detail-type": "Scheduled Event" });

/** Makes a job due now, and ends the minute in which its address had its last message. */
const makeDue = async (accountId: string, kind?: string) => {
  await endRateWindows(api.local.awsUrl, /^RATE#mail:.*:minute#/);
  const job = await jobOf(accountId, kind);
  await setAttribute(api.local.awsUrl, job ?? {}, "nextAttemptAt", Date.now() - 1);
};

/** Resets the count of a day's ceiling. */
async function makeRoom(day: Record<string, unknown> | undefined): Promise<void> {
  await setAttribute(api.local.awsUrl, day ?? {}, "hits", day?.hits ?? 0);
  // An execution environment remembers a full ceiling until the end of the day.
  api.local.killEnvironments("send-mail");
}

describe("the outbox under faults", () => {
  // https://github.com/supabase/auth/issues/1388, https://github.com/danilop/LambdAuth/issues/28
  test("a sign-up succeeds while SES is down, and its message follows later", async () => {
    api.local.faults.order({ service: "ses", error: "ServiceUnavailable", status: 503 });
    const { email, accountId } = await signUp();
    const job = await attempted(accountId, 1);
    expect(job).toMatchObject({ lastError: expect.stringContaining("ses SendEmail") });
    expect(mailsTo(email)).toEqual([]);
    await runSchedule();
    expect((await jobOf(accountId))?.attempts).toBe(1);

    api.local.faults.clear();
    await makeDue(accountId);
    await runSchedule();
    expect(mailsTo(email)).toHaveLength(1);
    expect(await jobOf(accountId)).toBeUndefined();
  });

  // https://github.com/supertokens/supertokens-node/pull/135
  test("a message is sent later if its function dies between claim and effect", async () => {
    api.local.faults.order({ service: "ses", delayMs: 60_000, times: 1 });
    const { email, accountId } = await signUp();
    await eventually("the claim", async () => (await jobOf(accountId))?.attempts === 1);
    api.local.killEnvironments("send-mail");
    api.local.faults.clear();
    expect(mailsTo(email)).toEqual([]);
    await makeDue(accountId);
    await eventually("the mail", async () => {
      await runSchedule();
      return mailsTo(email).length > 0;
    });
    // The job is deleted after its message was sent, perhaps by another run of the function.
    await eventually("the end of the job", async () => (await jobOf(accountId)) === undefined);
  });

  // https://github.com/ory/kratos/issues/1285
  test("the outbox marks an always failing job dead, without retry, and runs the others", async () => {
    api.local.faults.order({ service: "ses", error: "MessageRejected", status: 400 });
    const { email, accountId } = await signUp();
    const job = await attempted(accountId, 1);
    await setAttribute(api.local.awsUrl, job, "attempts", 11);
    await makeDue(accountId);
    await runSchedule();
    const dead = await jobOf(accountId);
    expect(dead).toMatchObject({
      attempts: 12,
      due: "mail#dead",
      lastError: "ses SendEmail: MessageRejected",
    });
    expect(api.lines.find((line) => line.includes('"job-dead"'))).toContain('"level":"error"');

    api.local.faults.clear();
    const other = await signUp();
    await mailTo(api, other.email);
    await makeDue(accountId);
    await runSchedule();
    expect(await jobOf(accountId)).toEqual({ ...dead, nextAttemptAt: expect.any(Number) });
    expect(mailsTo(email)).toEqual([]);
  });

  test("a home is made when S3 is back, without delaying the sign-up", async () => {
    api.local.faults.order({ service: "s3", error: "SlowDown", status: 503 });
    const { accountId } = await signUp();
    await eventually("a failed attempt", async () => (await jobOf(accountId, "make-home"))?.lastError);
    api.local.faults.clear();
    await makeDue(accountId, "make-home");
    await runSchedule("apply-effects");
    expect(await jobOf(accountId, "make-home")).toBeUndefined();
  });

  test("deletes a never verified account of signup when its time is over, not earlier, and frees its address", async () => {
    const { email, accountId } = await signUp();
    await mailTo(api, email);
    const removal = await jobOf(accountId, "remove-unverified");
    expect(Number(removal?.notBefore) - Date.now()).toBeGreaterThan(6.9 * 86_400_000);
    // Neither the stream nor the schedule runs it earlier, although the index lists it.
    await makeDue(accountId, "remove-unverified");
    await runSchedule("apply-effects");
    expect((await jobOf(accountId, "remove-unverified"))?.attempts).toBe(0);
    await setAttribute(api.local.awsUrl, removal ?? {}, "notBefore", Date.now() - 1);
    await runSchedule("apply-effects");
    expect(await jobOf(accountId, "remove-unverified")).toBeUndefined();
    const again = await signUp(email);
    expect(again.accountId).not.toBe(accountId);
  });

  test("messages above the day's ceiling are delayed with a reason until there is room", async () => {
    await mailTo(api, (await signUp()).email);
    const today = new Date().toISOString().slice(0, 10);
    const day = (await readTable(api.local.awsUrl)).find(
      ({ pk, sk }) => String(pk).startsWith("RATE#mail:ceiling#") && String(sk).startsWith(today),
    );
    await setAttribute(api.local.awsUrl, day ?? {}, "hits", 20_000);
    // Other files share this API, so the ceiling is reset even if this test fails.
    onTestFinished(() => makeRoom(day));
    const { email, accountId } = await signUp();
    expect(await attempted(accountId, 1)).toMatchObject({
      lastError:
        "mail-ceiling send: the share of mailsPerDay for addresses that are not proven is used up for today",
    });
    expect(api.lines.join("\n")).toContain('{"level":"warn","event":"mail-held-back","isProven":false}');
    expect(mailsTo(email)).toEqual([]);
    await makeRoom(day);
    await makeDue(accountId);
    await eventually("the mail", async () => {
      await runSchedule();
      return mailsTo(email).length > 0;
    });
  });

  test("the outbox stores and logs errors without addresses", async () => {
    api.local.faults.order({
      service: "ses",
      error: "MessageRejected",
      status: 400,
      message: "canary@example.com is bad",
    });
    const { accountId } = await signUp(`canary-${process.pid}@example.com`);
    const job = await attempted(accountId, 1);
    expect(job.lastError).toBe("ses SendEmail: MessageRejected");
    expect(JSON.stringify(job)).not.toContain("canary");
    expect(api.lines.join("\n")).not.toContain("canary");
  });
});
