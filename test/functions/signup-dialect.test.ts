import { describe, expect, test } from "vitest";
import { signup } from "../../functions/register-signup/dialect.ts";
import { profileViewOf } from "../../lib/core/account/profile-view.ts";
import type { Refusal } from "../../lib/core/shared/refusals.ts";
import { signUp } from "../support/core-support.ts";
import { memoryPorts } from "../support/memory/ports.ts";

const request = (fields: Record<string, unknown>) => ({
  fields,
  query: new URLSearchParams(),
  wantsJson: true,
  wantsPage: false,
  parameters: {},
  bearer: "",
  refreshToken: "",
  cookies: new Map<string, string>(),
});
const good = { email: "ada@example.com", password: "MyStr0ngP@ss!" };
const written = (refusal: Refusal) =>
  (signup.refusals[refusal.code as keyof typeof signup.refusals] as (r: Refusal, w: object) => unknown)(
    refusal,
    { wantsJson: false },
  );

/** The answer to a request that the schema refuses. */
function refusalOf(fields: Record<string, unknown>): unknown {
  const result = signup.decode(request(fields));
  return result.ok ? undefined : written(result.refusal);
}
const invalid = (...details: [field: string, message: string][]) => ({
  status: 400,
  json: {
    status: "error",
    code: "VALIDATION_ERROR",
    message: "The request is not valid. See details.",
    details: details.map(([field, message]) => ({ field, message })),
  },
});

describe("the dialect of signup", () => {
  test("the dialect of signup reads every field that its document names", () => {
    const fields = {
      email: " Ada@Example.COM ",
      password: " MyStr0ngP@ss! ",
      full_name: "  Ada Lovelace ",
      speaking_language: "pt-br",
      listening_language: "FR",
    };
    expect(signup.decode(request(fields))).toEqual({
      ok: true,
      value: {
        contract: "signup",
        email: "ada@example.com",
        password: " MyStr0ngP@ss! ",
        profile: { fullName: "Ada Lovelace", speakingLanguage: "pt-BR", listeningLanguage: "fr" },
      },
    });
  });

  test.each([
    ["left out", {}],
    ["blank", { full_name: "  " }],
    ["empty", { full_name: "" }],
    ["null", { full_name: null }],
  ])("the dialect of signup reads a name that is %s as empty", (_, name) => {
    expect(signup.decode(request({ ...good, ...name }))).toMatchObject({
      value: { profile: { fullName: null, speakingLanguage: "en", listeningLanguage: "en" } },
    });
  });

  // CVE-2026-27946, CVE-2025-61928: callers set flags of their own account.
  test("the dialect of signup ignores fields that its document does not name", () => {
    const plain = signup.decode(request(good));
    const greedy = {
      ...good,
      id: 7,
      number: 7,
      contract: "users",
      role: "admin",
      is_active: false,
      is_verified: true,
      isVerified: true,
      epoch: 9,
      emailHash: "x",
      passwordHash: "x",
      profile: { fullName: "x" },
      created_at: "2000-01-01T00:00:00Z",
    };
    expect(signup.decode(request(greedy))).toEqual(plain);
  });

  test("the dialect of signup answers only the public profile of its document", async () => {
    const account = await signUp(memoryPorts());
    expect(signup.reply(profileViewOf(account, account.email), request({}))).toEqual({
      status: 201,
      json: {
        id: 1,
        email: "ada@example.com",
        full_name: "Ada Lovelace",
        speaking_language: "en",
        listening_language: "fr",
        is_active: true,
        is_verified: false,
        created_at: "2026-03-14T12:00:00.000Z",
      },
    });
  });

  test("the dialect of signup answers no internal key or value", async () => {
    const account = await signUp(memoryPorts());
    const answer = JSON.stringify(signup.reply(profileViewOf(account, account.email), request({})));
    const { id, emailHash, passwordHash, emailCiphertext } = account;
    for (const secret of [id, emailHash, passwordHash, Buffer.from(emailCiphertext).toString("base64")])
      expect(answer).not.toContain(secret);
    expect(answer).not.toMatch(/hash|cipher|password|epoch|role|contract|deleted|token/i);
  });

  const fields: [string, Record<string, unknown>, [string, string][]][] = [
    [
      "an empty body",
      {},
      [
        ["body.email", "This field is required."],
        ["body.password", "This field is required."],
      ],
    ],
    ["a null", { ...good, email: null }, [["body.email", "This field may not be null."]]],
    [
      "a null language",
      { ...good, speaking_language: null },
      [["body.speaking_language", "This field may not be null."]],
    ],
    ["a number", { ...good, password: 12345678 }, [["body.password", "This field must be a text."]]],
    ["a wrong address", { ...good, email: "ada@" }, [["body.email", "Enter a valid e-mail address."]]],
    [
      "a short password",
      { ...good, password: "1234567" },
      [["body.password", "The password must have at least 8 characters."]],
    ],
    [
      "a long password",
      { ...good, password: "é".repeat(37) },
      [["body.password", "The password may have at most 72 bytes; the rest would be ignored."]],
    ],
    [
      "a NUL in the password",
      { ...good, password: "abcdefg1\0x" },
      [["body.password", "The password contains a character that cannot be used."]],
    ],
    [
      "a long name",
      { ...good, full_name: "a".repeat(256) },
      [["body.full_name", "The name may have at most 255 characters."]],
    ],
    [
      "a control character in the name",
      { ...good, full_name: "a\u202eb" },
      [["body.full_name", "This field contains a character that cannot be used."]],
    ],
    [
      "unknown languages",
      { ...good, speaking_language: "zz", listening_language: "en--US" },
      [
        ["body.speaking_language", "Enter a known BCP 47 language tag, such as en or pt-BR."],
        ["body.listening_language", "Enter a known BCP 47 language tag, such as en or pt-BR."],
      ],
    ],
    [
      "a fault in every field",
      { email: [], password: "short", full_name: 1, speaking_language: "", listening_language: {} },
      [
        ["body.email", "This field must be a text."],
        ["body.password", "The password must have at least 8 characters."],
        ["body.full_name", "This field must be a text."],
        ["body.speaking_language", "Enter a known BCP 47 language tag, such as en or pt-BR."],
        ["body.listening_language", "This field must be a text."],
      ],
    ],
  ];
  test.each(fields)("the dialect of signup reports the faults of %s", (_, sent, details) => {
    expect(refusalOf(sent)).toEqual(invalid(...details));
  });

  test("the dialect of signup never repeats a sent value", () => {
    const canary = "canary\n";
    const sent = { email: canary, password: "canary", full_name: canary, speaking_language: canary };
    expect(JSON.stringify(refusalOf(sent))).not.toContain("canary");
  });

  const error = (status: number, code: string, message: string) => ({
    status,
    json: { status: "error", code, message, details: [] },
  });
  test.each<[Refusal, object]>([
    [
      { code: "email-taken" },
      error(409, "EMAIL_ALREADY_REGISTERED", "An account with this email already exists."),
    ],
    [
      { code: "invalid", faults: [{ field: "", problem: "not-json" }] },
      invalid(["body", "The body is not valid JSON."]),
    ],
    [
      { code: "invalid", faults: [{ field: "", problem: "not-object" }] },
      invalid(["body", "The body must be a JSON object."]),
    ],
    [
      { code: "unsupported-media-type" },
      error(415, "UNSUPPORTED_MEDIA_TYPE", "Send the body as application/json in UTF-8."),
    ],
    [{ code: "body-too-large" }, error(413, "PAYLOAD_TOO_LARGE", "The body may have at most 16 KiB.")],
    [{ code: "cross-site" }, error(403, "CROSS_SITE_REQUEST", "This request came from another site.")],
    [
      { code: "rate-limited", retryAfterSeconds: 17 },
      error(429, "RATE_LIMIT_EXCEEDED", "Too many requests. Try again in 17 seconds."),
    ],
    [
      { code: "unavailable", retryAfterSeconds: 5 },
      error(503, "SERVICE_UNAVAILABLE", "The service cannot answer right now. Try again in a few seconds."),
    ],
    [
      { code: "fault", requestId: "request-1" },
      error(500, "INTERNAL_SERVER_ERROR", "Something went wrong on our side. Request id: request-1"),
    ],
  ])("the dialect of signup answers the refusal %j", (refusal, reply) => {
    expect(written(refusal)).toEqual(reply);
  });

  test("the dialect of signup has answers only for refusals that can occur", () => {
    expect(Object.keys(signup.refusals).sort()).toEqual([
      "body-too-large",
      "cross-site",
      "email-taken",
      "fault",
      "idempotency-key-reused",
      "invalid",
      "invitation-invalid",
      "rate-limited",
      "unavailable",
      "unsupported-media-type",
    ]);
  });
});
