import { beforeAll, describe, expect, test } from "vitest";
import { eventually, mailTo, nextClient, nextEmail, startApi, tokensIn } from "../support/api.ts";
import { password } from "../support/samples.ts";
import { endRateWindows, readTable } from "../support/table.ts";

const api = startApi();
const path = "/api/v1/auth/resend-verification";

const mailsTo = (email: string) => api.local.mailbox.list().filter((mail) => mail.to.includes(email));

async function signUp() {
  const email = nextEmail();
  await api.post("/api/v1/auth/signup", { email, password });
  return { email, ...tokensIn(await mailTo(api, email)) };
}

const mailJobs = async () =>
  (await readTable(api.local.awsUrl))
    .map(({ pk }) => String(pk))
    .filter((pk) => pk.startsWith("OUTBOX#mail#"));

// Other files may have left jobs that wait for their next attempt.
let before: string[];
beforeAll(async () => {
  before = await mailJobs();
});

const noJobsLeft = () =>
  eventually("the outbox to be empty", async () => (await mailJobs()).every((job) => before.includes(job)));

describe("POST /api/v1/auth/resend-verification", () => {
  test("answers a known, an unknown and a verified address alike", async () => {
    const { email, verify } = await signUp();
    const known = await api.post(path, { email });
    const unknown = await api.post(path, { email: nextEmail() });
    await api.send(`/api/v1/auth/verify-email?token=${verify}`, { headers: { accept: "application/json" } });
    const verified = await api.post(path, { email });
    for (const { status, json } of [known, unknown, verified]) {
      expect(status).toBe(200);
      expect(json).toEqual(known.json);
    }
  });

  test("sends another mail to an unverified address, and both links work until one is used", async () => {
    const { email, verify } = await signUp();
    await endRateWindows(api.local.awsUrl);
    await api.post(path, { email: ` ${email.toUpperCase()} ` });
    await eventually("the second mail", () => mailsTo(email).length === 2);
    const second = tokensIn(await mailTo(api, email));
    expect(second.verify).not.toBe(verify);
    const accept = { headers: { accept: "application/json" } };
    expect((await api.send(`/api/v1/auth/verify-email?token=${verify}`)).status).toBe(200);
    expect((await api.send(`/api/v1/auth/verify-email?token=${verify}`, accept)).status).toBe(200);
    expect((await api.send(`/api/v1/auth/verify-email?token=${second.verify}`, accept)).json.code).toBe(
      "INVALID_TOKEN",
    );
  });

  test("sends one address one mail a minute, whatever is asked for, and none to unknown or verified ones", async () => {
    const { email } = await signUp();
    const unknown = nextEmail();
    for (let count = 0; count < 3; count++) {
      await api.post(path, { email });
      await api.post(path, { email: unknown });
    }
    await noJobsLeft();
    expect(mailsTo(email)).toHaveLength(1);
    expect(mailsTo(unknown)).toHaveLength(0);
  });

  test("answers the fourth request of a client's minute with 429", async () => {
    const from = nextClient();
    const answers = [];
    for (let count = 0; count < 8; count++)
      answers.push(await api.post(path, { email: nextEmail() }, { from }));
    const limited = answers.filter(({ status }) => status === 429);
    expect(limited.length).toBeGreaterThanOrEqual(2);
    expect(limited[0]?.json.code).toBe("RATE_LIMIT_EXCEEDED");
    expect(answers.slice(0, 3).map(({ status }) => status)).toEqual([200, 200, 200]);
  });

  test.each([
    [{}],
    [{ email: "nobody" }],
    [{ email: null }],
    [{ email: ["a@example.com"] }],
  ])("answers %j with 400", async (fields) => {
    const answer = await api.post(path, fields);
    expect(answer.status).toBe(400);
    expect(answer.json).toMatchObject({ code: "VALIDATION_ERROR", details: [{ field: "body.email" }] });
  });
});
