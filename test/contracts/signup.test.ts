import { describe, expect, test } from "vitest";
import { eventually, mailTo, nextClient, nextEmail, startApi, tokensIn } from "../support/api.ts";
import { type Sentence, titled } from "../support/document.ts";
import { accountOf, readTable, setAttribute } from "../support/table.ts";

// A server of its own: the document's examples use one address each.
const api = startApi({});
const path = "/api/v1/auth/signup";
const password = "MyStr0ngP@ss!";

const signUp = (fields: object = {}) => api.post(path, { email: nextEmail(), password, ...fields });
const account = (email: string) => accountOf(api.local.awsUrl, email);
const login = (email: string) => api.post("/api/v1/auth/login", { email, password });
const openLink = (token: string) =>
  api.send(`/api/v1/auth/verify-email?token=${token}`, { headers: { accept: "application/json" } });

const example = {
  email: "user@example.com",
  password: "MyStr0ngP@ss!",
  full_name: "Ada Lovelace",
  speaking_language: "en",
  listening_language: "fr",
};
const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
const publicProfile = ({ password: _, ...shown }: Partial<typeof example>) => ({
  id: expect.any(Number),
  ...shown,
  is_active: true,
  is_verified: false,
  created_at: expect.stringMatching(rfc3339),
});

async function expectInvalid(fields: object, ...names: string[]) {
  const { status, json } = await signUp(fields);
  expect(status).toBe(400);
  expect(json).toEqual({
    status: "error",
    code: "VALIDATION_ERROR",
    message: expect.stringMatching(/./),
    details: names.map((name) => ({ field: `body.${name}`, message: expect.stringMatching(/./) })),
  });
}

async function registersInOneRequest() {
  const fields = { ...example, email: nextEmail() };
  const answer = await api.post(path, fields);
  expect(answer.status).toBe(201);
  expect(answer.json).toEqual(publicProfile(fields));
  return fields.email;
}

async function mailsTheLinkAtOnce() {
  const email = await registersInOneRequest();
  const { verify } = tokensIn(await mailTo(api, email));
  expect((await openLink(verify)).status).toBe(200);
  expect(await account(email)).toMatchObject({ isVerified: true });
}

async function refusesTheAddressAgain() {
  const email = nextEmail();
  await signUp({ email });
  const again = await signUp({ email: email.toUpperCase() });
  expect(again.status).toBe(409);
  expect(again.json.code).toBe("EMAIL_ALREADY_REGISTERED");
  expect(again.json.message).toBe("An account with this email already exists.");
}

async function keepsOnlyABcryptHash() {
  const email = nextEmail();
  const answer = await signUp({ email });
  const { passwordHash } = await account(email);
  expect(passwordHash).toMatch(/^\$2b\$/);
  const items = JSON.stringify(await readTable(api.local.awsUrl));
  const lines = api.lines.join("\n");
  for (const text of [items, lines, answer.text, (await signUp({ email })).text])
    expect(text).not.toContain(password);
  for (const text of [lines, answer.text]) expect(text).not.toContain(passwordHash);
}

async function waitsForTheLink() {
  const email = nextEmail();
  expect((await signUp({ email })).json.is_verified).toBe(false);
  expect((await login(email)).json.code).toBe("EMAIL_NOT_VERIFIED");
  const { verify } = tokensIn(await mailTo(api, email));
  await openLink(verify);
  expect((await login(email)).json.access_token).toEqual(expect.any(String));
}

async function countsTen() {
  // The limit counts in fixed minutes. If 22 requests fall into two of them, one has more than ten.
  const from = nextClient();
  const answers = await Promise.all(Array.from({ length: 22 }, () => api.post(path, {}, { from })));
  const limited = answers.filter(({ status }) => status === 429);
  expect(limited.length).toBeGreaterThan(0);
  expect(limited.length).toBeLessThanOrEqual(12);
  expect(limited[0]?.json.code).toBe("RATE_LIMIT_EXCEEDED");
  expect(Number(limited[0]?.headers.get("retry-after"))).toBeGreaterThan(0);
}

async function mailsLaterWhenMailIsDown() {
  api.local.faults.order({ service: "ses", error: "ServiceUnavailable", status: 503 });
  const email = nextEmail();
  try {
    expect((await signUp({ email })).status).toBe(201);
    await eventually("a failed attempt", async () => (await mailJob(email))?.lastError);
    expect(api.lines.join("\n")).toContain('"event":"job-failed"');
  } finally {
    api.local.faults.clear();
  }
  await setAttribute(api.local.awsUrl, (await mailJob(email)) ?? {}, "nextAttemptAt", Date.now() - 1);
  await api.local.invoke("send-mail", { source: "aws.events", "detail-type": "Scheduled Event" });
  expect(tokensIn(await mailTo(api, email)).verify).not.toBe("");
}

async function mailJob(email: string) {
  const { pk } = await account(email);
  const items = await readTable(api.local.awsUrl);
  return items.find(
    ({ kind, accountId }) => kind === "verify-email" && `ACCOUNT#${accountId}` === String(pk),
  );
}

async function linksToAUuid() {
  const email = nextEmail();
  await signUp({ email });
  const { verify } = tokensIn(await mailTo(api, email));
  expect(verify).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
}

async function runsTheFullFlow() {
  await refusesTheAddressAgain();
  await expectInvalid({ email: "nobody" }, "email");
  await mailsTheLinkAtOnce();
}

// Left out: passages on Pydantic, SQLAlchemy, Alembic and the other system's files, and the reasons for the endpoint.
// Here a mail takes the place of a message on Kafka.
const document: Sentence[] = [
  ["Feature: Implement POST /api/v1/auth/signup — User Registration Endpoint", registersInOneRequest],
  [
    "Implement the POST /api/v1/auth/signup endpoint that accepts user credentials and language preferences, validates the input, hashes the password, persists the user to the database, and triggers an account verification email via Kafka.",
    async () => {
      await keepsOnlyABcryptHash();
      await runsTheFullFlow();
    },
  ],
  [
    "The new user account starts in an unverified state (is_verified=False) and cannot access protected endpoints until the verification link is clicked.",
    waitsForTheLink,
  ],
  [
    "As a new user, I want to register with my email, password, and language preferences in a single request, so I can get started with FluentMeet quickly.",
    registersInOneRequest,
  ],
  [
    "As a new user, I want to receive a verification email immediately after signing up, so I know my registration was successful and can activate my account.",
    mailsTheLinkAtOnce,
  ],
  [
    "As a developer, I want the signup endpoint to reject duplicate email addresses with a clear error, so users are not confused when they try to register with an email that already exists.",
    refusesTheAddressAgain,
  ],
  [
    "As a security engineer, I want passwords to be hashed with bcrypt before storage and never logged or returned in any response, so user credentials are protected even in the event of a database breach.",
    keepsOnlyABcryptHash,
  ],
  [
    'POST /api/v1/auth/signupaccepts the following JSON body:{ "email": "user@example.com", "password": "MyStr0ngP@ss!", "full_name": "Ada Lovelace", "speaking_language": "en", "listening_language": "fr" }',
    async (sentence) => {
      const body = sentence.slice(sentence.indexOf("{"));
      const headers = { "content-type": "application/json" };
      const answer = await api.send(path, { method: "POST", headers, body });
      expect(answer.status).toBe(201);
      expect(answer.json).toEqual(publicProfile(example));
    },
  ],
  [
    "Input validation (enforced by Pydantic):",
    () =>
      expectInvalid(
        { email: "nobody", password: "short", full_name: 5, speaking_language: "zz", listening_language: "" },
        "email",
        "password",
        "full_name",
        "speaking_language",
        "listening_language",
      ),
  ],
  [
    "email— valid email format; required.",
    async () => {
      for (const email of ["nobody", "", null, undefined]) await expectInvalid({ email }, "email");
    },
  ],
  [
    "password— minimum 8 characters; required.",
    async () => {
      for (const wrong of ["1234567", "", null, undefined])
        await expectInvalid({ password: wrong }, "password");
      expect((await signUp({ password: "12-45-78" })).status).toBe(201);
    },
  ],
  [
    'speaking_languageandlistening_language— valid BCP-47 language codes (e.g.,"en","fr","de"); default to"en"if omitted.',
    async () => {
      for (const tag of ["en", "fr", "de"]) {
        const { json } = await signUp({ speaking_language: tag, listening_language: tag });
        expect(json).toMatchObject({ speaking_language: tag, listening_language: tag });
      }
      const { json } = await signUp();
      expect(json).toMatchObject({ speaking_language: "en", listening_language: "en" });
      await expectInvalid({ speaking_language: "zz" }, "speaking_language");
    },
  ],
  [
    "full_name— optional string, max 255 characters; stripped of leading/trailing whitespace.",
    async () => {
      const name = "é".repeat(255);
      expect((await signUp()).json.full_name).toBeNull();
      expect((await signUp({ full_name: ` ${name} ` })).json.full_name).toBe(name);
      expect((await signUp({ full_name: "   " })).json.full_name).toBeNull();
      await expectInvalid({ full_name: `${name}x` }, "full_name");
    },
  ],
  [
    `If
emailalready exists in the database, the endpoint returns409 Conflictusing the standard error schema:{ "status": "error", "code": "EMAIL_ALREADY_REGISTERED", "message": "An account with this email already exists.", "details": [] }`,
    async (sentence) => {
      const email = nextEmail();
      await signUp({ email });
      const again = await signUp({ email });
      expect(again.status).toBe(409);
      expect(again.json).toEqual(JSON.parse(sentence.slice(sentence.indexOf("{"))));
    },
  ],
  [
    `The user's password is hashed with bcrypt (via
passlib) before being stored.`,
    keepsOnlyABcryptHash,
  ],
  ["The plaintext password is never persisted or logged.", keepsOnlyABcryptHash],
  [
    `A new
Userrecord is created in PostgreSQL withis_active=True,is_verified=False, anddeleted_at=None.`,
    async () => {
      const email = nextEmail();
      await signUp({ email });
      const stored = await account(email);
      expect(stored).toMatchObject({ isActive: true, isVerified: false, contract: "signup" });
      expect(stored).not.toHaveProperty("deletedAt");
    },
  ],
  [
    // The mail has no name, since it may go to a stranger's address. The subject is the product's own, in the speaking
    // language. The link is https if the public URL is.
    `On successful creation, a message is published to the
notifications.emailKafka topic to trigger a verification email (see Email Service issue):{ "to": "user@example.com", "subject": "Verify your FluentMeet account", "template": "verification", "data": { "full_name": "Ada Lovelace", "verification_link": "https://..." } }`,
    async () => {
      const email = await registersInOneRequest();
      const mail = await mailTo(api, email);
      expect(mail.to).toBe(email);
      expect(mail.subject).toBe("Confirm your e-mail address for Vestibule");
      expect(mail.text + mail.html).not.toContain("Ada Lovelace");
      expect(mail.text).toContain(`${api.local.apiUrl}/api/v1/auth/verify-email?token=`);
    },
  ],
  [
    `The endpoint returns
201 Createdwith the new user's public profile:{ "id": 1, "email": "user@example.com", "full_name": "Ada Lovelace", "speaking_language": "en", "listening_language": "fr", "is_active": true, "is_verified": false, "created_at": "2026-03-14T12:00:00Z" }`,
    async (sentence) => {
      const shown = JSON.parse(sentence.slice(sentence.indexOf("{")));
      expect(shown).toEqual(publicProfile(example));
      const email = nextEmail();
      const typed = { ...example, email: ` ${email.toUpperCase()} `, full_name: "  Ada Lovelace " };
      const { status, json } = await signUp(typed);
      expect(status).toBe(201);
      expect(json).toEqual({ ...publicProfile(example), email });
      expect(Object.keys(json)).toEqual(Object.keys(shown));
      expect(Math.abs(Date.parse(json.created_at) - Date.now())).toBeLessThan(10_000);
    },
  ],
  [
    `The password,
hashed_password, and any internal fields are never included in the response.`,
    async () => {
      const { json, text } = await signUp(example);
      expect(json.code).toBe("EMAIL_ALREADY_REGISTERED");
      const created = await signUp();
      for (const body of [text, created.text])
        expect(body).not.toMatch(/password|hash|MyStr0ng|cipher|epoch|contract|\$2b\$/i);
    },
  ],
  [
    "The endpoint is rate-limited to 10 requests/minute per IP (see Security & Rate Limiting issue).",
    countsTen,
  ],
  [
    "Unit and integration tests cover: successful signup, duplicate email conflict, validation errors, and Kafka message publication.",
    runsTheFullFlow,
  ],
  [
    "email,password(min 8 chars),full_name,speaking_language,listening_language.",
    async () => {
      const { status, json } = await signUp({ ...example, email: nextEmail(), nickname: "ada" });
      expect(status).toBe(201);
      expect(json).not.toHaveProperty("nickname");
      await expectInvalid({ password: "7777777" }, "password");
    },
  ],
  [
    'checks for existing email, hashes password viapasslib.context.CryptContext(schemes=["bcrypt"]), inserts record.',
    async () => {
      await refusesTheAddressAgain();
      await keepsOnlyABcryptHash();
    },
  ],
  [
    "called after successful DB commit; failure to publish to Kafka should not roll back the user creation — it should be logged and retried separately.",
    mailsLaterWhenMailIsDown,
  ],
  [
    `A
VerificationTokenrecord is created alongside the user and its value embedded in the verification link (/api/v1/auth/verify-email?token=<uuid>).`,
    linksToAUuid,
  ],
  [
    "Token expires after 24 hours.",
    async () => {
      const email = nextEmail();
      await signUp({ email });
      const mail = await mailTo(api, email);
      expect(mail.text).toContain("24 hours");
      const { pk } = await account(email);
      const tokens = (await readTable(api.local.awsUrl)).filter(
        ({ sk, accountId }) => sk === "TOKEN" && `ACCOUNT#${accountId}` === pk,
      );
      for (const token of tokens) {
        const hours = (Number(token.validUntil) - Date.now()) / 3_600_000;
        expect(hours).toBeGreaterThan(23.9);
        expect(hours).toBeLessThanOrEqual(24);
        await setAttribute(api.local.awsUrl, token, "validUntil", Date.now() - 1);
      }
      expect(tokens.length).toBeGreaterThan(0);
      const late = await openLink(tokensIn(mail).verify);
      expect([late.status, late.json.code]).toEqual([400, "TOKEN_EXPIRED"]);
    },
  ],
  [
    `Implement
POST /api/v1/auth/signupinapp/api/v1/endpoints/auth.py.`,
    registersInOneRequest,
  ],
  [
    `Add
ConflictExceptionwith codeEMAIL_ALREADY_REGISTEREDto the signup CRUD logic.`,
    refusesTheAddressAgain,
  ],
  [
    `Integrate
EmailProducerServiceto publish verification email after user creation.`,
    mailsTheLinkAtOnce,
  ],
  [
    `Apply
@limiter.limit("10/minute")rate limit decorator to the signup route.`,
    countsTen,
  ],
  [
    `Write integration tests for the full signup flow (duplicate email, validation errors, successful
201).`,
    runsTheFullFlow,
  ],
  [
    // It is open to everyone by default.
    "Should signup be open to everyone (public), or should we support invite-only registration (requiring a valid invite token)?",
    async () => {
      const headers = { authorization: "Bearer nonsense" };
      expect((await api.post(path, { email: nextEmail(), password }, { headers })).status).toBe(201);
    },
  ],
  [
    // It is retried silently.
    "What should happen if the Kafka email publish fails at signup time — silent retry, or notify the user that the verification email will be delayed?",
    mailsLaterWhenMailIsDown,
  ],
  [
    // It is a UUID.
    "Should the verification token be a UUID or a signed JWT (which avoids a database lookup on verification)?",
    linksToAUuid,
  ],
  [
    // No: only the length matters.
    "Should we enforce a minimum password strength policy beyond the 8-character minimum (e.g., require numbers and symbols)?",
    async () => expect((await signUp({ password: "vkzqwmpt" })).status).toBe(201),
  ],
];

describe("the document of signup", () => {
  test.each(titled(document))("%s", (_, check) => check());

  test("signup answers languages in canonical form", async () => {
    const languages = { speaking_language: "pt-br", listening_language: "ZH-hant-tw" };
    const { status, json } = await signUp(languages);
    expect(status).toBe(201);
    expect(json).toMatchObject({ speaking_language: "pt-BR", listening_language: "zh-Hant-TW" });
  });

  test.each([
    "",
    "english",
    "pt_BR.UTF-8",
    "e",
    "en-",
    "x-klingon",
    `en-${"a".repeat(40)}`,
    5,
    null,
  ])("signup refuses %j as a language", (language) =>
    expectInvalid({ speaking_language: language }, "speaking_language"));

  test.each(["line\nbreak", "e\u202evil", "half \ud800", "nul\0"])("signup refuses the name %j", (name) =>
    expectInvalid({ full_name: name }, "full_name"));

  test.each([
    ["en-GB", "en", "Confirm your e-mail address"],
    ["fr", "fr", "Confirmez votre adresse e-mail"],
    ["de-AT", "de", "Bestätigen Sie Ihre E-Mail-Adresse"],
    ["es", "es", "Confirme su dirección de correo"],
    ["it", "it", "Conferma il tuo indirizzo e-mail"],
    ["pt-BR", "pt", "Confirme o seu endereço de e-mail"],
    ["ja", "en", "Confirm your e-mail address"],
  ])("sends %s speakers a message in %s, without the name, which a stranger may have typed", async (tag, locale, subject) => {
    const email = nextEmail();
    await signUp({ email, full_name: "You won http://evil.example", speaking_language: tag });
    const mail = await mailTo(api, email);
    expect(mail.subject).toContain(subject);
    expect(mail.html).toContain(`<html lang="${locale}"`);
    expect(mail.text + mail.html).not.toContain("evil.example");
  });

  // GHSA-3529-5m8x-rpv3, CVE-2025-70948
  test("signup's message links to the public URL, whatever the request's Host header", async () => {
    const email = nextEmail();
    const headers = { "x-forwarded-host": "evil.example", forwarded: "host=evil.example" };
    await api.post(path, { email, password }, { headers });
    const mail = await mailTo(api, email);
    expect(mail.text).toContain(`${api.local.apiUrl}/api/v1/auth/verify-email?token=`);
    expect(mail.text + mail.html).not.toContain("evil.example");
  });
});
