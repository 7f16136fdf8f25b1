import { describe, expect, test } from "vitest";
import { mailTo, nextEmail, startApi } from "../support/api.ts";
import { readTable } from "../support/table.ts";

const api = startApi();
const path = "/api/v1/auth/signup";
const password = "MyStr0ngP@ss!";

/** The details of a validation error, as field and message. */
const details = (json: { details: { field: string }[] }) => json.details.map(({ field }) => field);

// The quotations are from the contract's own document.
describe("POST /api/v1/auth/signup", () => {
  test('"returns 201 Created with the new user\'s public profile", and with nothing else', async () => {
    const email = nextEmail();
    const answer = await api.post(path, {
      email: ` ${email.toUpperCase()} `,
      password,
      full_name: "  Ada Lovelace ",
      speaking_language: "en",
      listening_language: "fr",
    });
    expect(answer.status).toBe(201);
    expect(answer.json).toEqual({
      id: expect.any(Number),
      email,
      full_name: "Ada Lovelace",
      speaking_language: "en",
      listening_language: "fr",
      is_active: true,
      is_verified: false,
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/),
    });
    expect(Math.abs(Date.parse(answer.json.created_at) - Date.now())).toBeLessThan(10_000);
  });

  test('"If email already exists …, the endpoint returns 409 Conflict using the standard error schema"', async () => {
    const email = nextEmail();
    await api.post(path, { email, password });
    const answer = await api.post(path, { email, password });
    expect(answer.status).toBe(409);
    expect(answer.json).toEqual({
      status: "error",
      code: "EMAIL_ALREADY_REGISTERED",
      message: "An account with this email already exists.",
      details: [],
    });
  });

  test('"default to "en" if omitted", and the name is null', async () => {
    const { json } = await api.post(path, { email: nextEmail(), password });
    expect(json).toMatchObject({ full_name: null, speaking_language: "en", listening_language: "en" });
  });

  test('"valid BCP-47 language codes" come back canonical', async () => {
    const languages = { speaking_language: "pt-br", listening_language: "ZH-hant-tw" };
    const { status, json } = await api.post(path, { email: nextEmail(), password, ...languages });
    expect(status).toBe(201);
    expect(json).toMatchObject({ speaking_language: "pt-BR", listening_language: "zh-Hant-TW" });
  });

  test.each([
    "zz",
    "",
    "english",
    "en_US",
    "e",
    "en-",
    "x-klingon",
    `en-${"a".repeat(40)}`,
    5,
    null,
  ])("refuses %j as a language", async (language) => {
    const answer = await api.post(path, { email: nextEmail(), password, speaking_language: language });
    expect(answer.status).toBe(400);
    expect(answer.json.code).toBe("VALIDATION_ERROR");
    expect(details(answer.json)).toEqual(["body.speaking_language"]);
  });

  test('"optional string, max 255 characters; stripped of leading/trailing whitespace"', async () => {
    const name = "é".repeat(255);
    const longest = await api.post(path, { email: nextEmail(), password, full_name: ` ${name} ` });
    expect(longest.json.full_name).toBe(name);
    const blank = await api.post(path, { email: nextEmail(), password, full_name: "   " });
    expect(blank.json.full_name).toBeNull();
    const longer = await api.post(path, { email: nextEmail(), password, full_name: `${name}x` });
    expect(longer.status).toBe(400);
    expect(details(longer.json)).toEqual(["body.full_name"]);
  });

  test.each(["line\nbreak", "\u202eevil", "half \ud800", "nul\0"])("refuses the name %j", async (name) => {
    const answer = await api.post(path, { email: nextEmail(), password, full_name: name });
    expect(answer.status).toBe(400);
    expect(details(answer.json)).toEqual(["body.full_name"]);
  });

  test("names every wrong field in one answer", async () => {
    const answer = await api.post(path, { email: "nobody", full_name: 5, listening_language: "zz" });
    expect(answer.json).toMatchObject({ status: "error", code: "VALIDATION_ERROR" });
    expect(details(answer.json)).toEqual([
      "body.email",
      "body.password",
      "body.full_name",
      "body.listening_language",
    ]);
  });

  test('"The endpoint is rate-limited to 10 requests/minute per IP" with a code of its own', async () => {
    const from = "192.0.2.77";
    const answers = [];
    for (let count = 0; count < 12; count++) answers.push(await api.post(path, {}, { from }));
    const limited = answers.filter(({ status }) => status === 429);
    expect(limited.length).toBeGreaterThan(0);
    expect(limited[0]?.json.code).toBe("RATE_LIMIT_EXCEEDED");
  });

  test('"is_active=True, is_verified=False", and the password hashed with bcrypt', async () => {
    const { json } = await api.post(path, { email: nextEmail(), password });
    const account = (await readTable(api.local.awsUrl)).find(({ number }) => number === json.id);
    expect(account).toMatchObject({ isActive: true, isVerified: false, contract: "signup" });
    expect(account?.passwordHash).toMatch(/^\$2b\$04\$/);
  });

  test.each([
    ["en-GB", "en", "Confirm your e-mail address"],
    ["fr", "fr", "Confirmez votre adresse e-mail"],
    ["de-AT", "de", "Bestätigen Sie Ihre E-Mail-Adresse"],
    ["es", "es", "Confirme su dirección de correo"],
    ["it", "it", "Conferma il tuo indirizzo e-mail"],
    ["pt-BR", "pt", "Confirme o seu endereço de e-mail"],
    ["ja", "en", "Confirm your e-mail address"],
  ])("sends %s speakers a mail in %s, without the name that a stranger may have typed", async (tag, locale, subject) => {
    const email = nextEmail();
    await api.post(path, {
      email,
      password,
      full_name: "You won http://evil.example",
      speaking_language: tag,
    });
    const mail = await mailTo(api, email);
    expect(mail.subject).toContain(subject);
    expect(mail.html).toContain(`<html lang="${locale}">`);
    expect(mail.text).toContain(`${api.local.apiUrl}/api/v1/auth/verify-email?token=`);
    expect(mail.text + mail.html).not.toContain("evil.example");
  });

  // GHSA-3529-5m8x-rpv3, CVE-2025-70948
  test("links to the public URL, whatever host the request names", async () => {
    const email = nextEmail();
    const headers = { "x-forwarded-host": "evil.example", forwarded: "host=evil.example" };
    await api.post(path, { email, password }, { headers });
    const mail = await mailTo(api, email);
    expect(mail.text + mail.html).not.toContain("evil.example");
  });
});
