import { describe, expect, test } from "vitest";
import {
  eventually,
  inOneMinute,
  mailTo,
  nextClient,
  nextEmail,
  startApi,
  tokensIn,
} from "../support/api.ts";
import { password } from "../support/samples.ts";
import { endRateWindows, owedMail } from "../support/table.ts";

const api = startApi();
const path = "/api/v1/auth/resend-verification";

const mailsTo = (email: string) => api.local.mailbox.list().filter((mail) => mail.to.includes(email));

async function signUp() {
  const email = nextEmail();
  await api.post("/api/v1/auth/signup", { email, password });
  return { email, ...tokensIn(await mailTo(api, email)) };
}

const noJobsLeft = () =>
  eventually("the outbox to be empty", async () => (await owedMail(api.local.awsUrl)).length === 0);

describe("POST /api/v1/auth/resend-verification", () => {
  test("a request for a verification link is answered alike for every address", async () => {
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

  test("a further verification link works like the first one, until either is used", async () => {
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

  test(
    "only unverified addresses get verification links again, at most one a minute",
    inOneMinute(async () => {
      const [verified, unknown] = [await signUp(), nextEmail()];
      const accept = { headers: { accept: "application/json" } };
      await api.send(`/api/v1/auth/verify-email?token=${verified.verify}`, accept);
      // So that only its verification explains the missing message.
      await endRateWindows(api.local.awsUrl);
      const { email } = await signUp();
      for (let count = 0; count < 3; count++)
        for (const address of [email, unknown, verified.email]) await api.post(path, { email: address });
      await noJobsLeft();
      expect([email, unknown, verified.email].map((address) => mailsTo(address).length)).toEqual([1, 0, 1]);
    }),
  );

  test(
    "a client's fourth request for verification links in a minute gets 429",
    inOneMinute(async () => {
      const from = nextClient();
      const answers = [];
      for (let count = 0; count < 4; count++)
        answers.push(await api.post(path, { email: nextEmail() }, { from }));
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
      expect(answers[3]?.json.code).toBe("RATE_LIMIT_EXCEEDED");
    }),
  );

  test.each([
    [{}],
    [{ email: "nobody" }],
    [{ email: null }],
    [{ email: ["a@example.com"] }],
  ])("a request for a verification link with the body %j gets 400", async (fields) => {
    const answer = await api.post(path, fields);
    expect(answer.status).toBe(400);
    expect(answer.json).toMatchObject({ code: "VALIDATION_ERROR", details: [{ field: "body.email" }] });
  });
});

describe("the page for a new verification link", () => {
  const html = { accept: "text/html,*/*;q=0.8" };
  const submit = (email: string, headers: Record<string, string> = {}, from = nextClient()) =>
    api.postForm(path, { email }, { headers: { ...html, ...headers }, from });

  test("the page for a new link asks for the address; invalid links lead there", async () => {
    const page = await api.send(path, { headers: html });
    expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    expect(page.text).toContain(`<form method="post" action="${path}">`);
    expect(page.text).toContain('<label for="email">');
    const dead = await api.send("/api/v1/auth/verify-email?token=x", { headers: html });
    expect(dead.text).toContain(`<a href="${path}">`);
    expect(dead.text).toContain('<a href="/login">');
  });

  test("the page for a new link sends one, and answers every address alike", async () => {
    const { email } = await signUp();
    await endRateWindows(api.local.awsUrl);
    const known = await submit(email);
    const unknown = await submit(nextEmail());
    expect([known.status, known.text]).toEqual([200, unknown.text]);
    expect(known.text).toContain("<h1>Check your inbox</h1>");
    await eventually("the second mail", () => mailsTo(email).length === 2);
  });

  test("the page for a new link comes again with an invalid address, and answers JSON if the client accepts JSON", async () => {
    const page = await submit("nobody");
    expect(page.status).toBe(400);
    expect(page.text).toMatch(/<input id="email" [^>]*value="nobody"[^>]*aria-invalid="true"/);
    const asked = await submit("nobody", { accept: "application/json" });
    expect([asked.status, asked.json]).toMatchObject([400, { code: "VALIDATION_ERROR" }]);
  });

  test("the page for a new link refuses another site's form, and sends nothing", async () => {
    const { email } = await signUp();
    await endRateWindows(api.local.awsUrl);
    expect((await submit(email, { "sec-fetch-site": "cross-site" })).status).toBe(403);
    await noJobsLeft();
    expect(mailsTo(email)).toHaveLength(1);
  });

  test(
    "the page for a new link and JSON share the limit of three requests",
    inOneMinute(async () => {
      const from = nextClient();
      for (let count = 0; count < 3; count++)
        expect((await api.post(path, { email: nextEmail() }, { from })).status).toBe(200);
      const page = await submit(nextEmail(), {}, from);
      expect([page.status, page.text]).toEqual([429, expect.stringContaining("Too many requests")]);
    }),
  );
});
