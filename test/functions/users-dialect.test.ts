import { describe, expect, test } from "vitest";
import { users } from "../../functions/register-users/dialect.ts";
import { profileViewOf } from "../../lib/core/account/profile-view.ts";
import { type Problem, problemWords, type Refusal } from "../../lib/core/shared/refusals.ts";
import { signUp } from "../support/core-support.ts";
import { memoryPorts } from "../support/memory/ports.ts";

const request = (fields: Record<string, unknown>) => ({
  fields,
  query: new URLSearchParams(),
  wantsJson: false,
  wantsPage: false,
  parameters: {},
  bearer: "",
  refreshToken: "",
  cookies: new Map<string, string>(),
});
const good = { email: "misty@ceruleangym.ph", password: "ToGePiPower2025" };
const written = (refusal: Refusal) =>
  (users.refusals[refusal.code as keyof typeof users.refusals] as (r: Refusal, w: object) => unknown)(
    refusal,
    { wantsJson: false },
  );
function refusalOf(fields: Record<string, unknown>): unknown {
  const result = users.decode(request(fields));
  return result.ok ? undefined : written(result.refusal);
}
const entry = (field: string, msg: string, type: string) => ({ loc: ["body", field], msg, type });
const missing = (field: string) => entry(field, "field required", "value_error.missing");

describe("the dialect of users", () => {
  test("the dialect of users reads address and password, and ignores all other fields", () => {
    const value = {
      contract: "users",
      ...good,
      profile: { fullName: null, speakingLanguage: "en", listeningLanguage: "en" },
    };
    expect(users.decode(request(good))).toEqual({ ok: true, value });
    // CVE-2026-27946, CVE-2025-61928: callers set flags of their own account.
    const greedy = { ...good, id: 7, role: "admin", is_verified: true, full_name: "x", contract: "signup" };
    expect(users.decode(request(greedy))).toEqual({ ok: true, value });
  });

  test("the dialect of users answers only id, address and time", async () => {
    const account = await signUp(memoryPorts(), { ...good, contract: "users" });
    expect(users.reply(profileViewOf(account, account.email), request({}))).toEqual({
      status: 201,
      json: { id: 1, email: "misty@ceruleangym.ph", created_at: "2026-03-14T12:00:00.000Z" },
    });
  });

  test("the dialect of users answers a wrong address exactly as its document does", () => {
    expect(refusalOf({ ...good, email: "misty" })).toEqual({
      status: 422,
      json: {
        detail: [
          {
            loc: ["body", "email"],
            msg: "value is not a valid email address",
            type: "value_error.email",
          },
        ],
      },
    });
  });

  test.each([
    ["an empty body", {}, [missing("email"), missing("password")]],
    ["no password", { email: good.email }, [missing("password")]],
    [
      "a short password",
      { ...good, password: "1234567" },
      [entry("password", "ensure this value has at least 8 characters", "value_error.any_str.min_length")],
    ],
    [
      "a long password",
      { ...good, password: "a".repeat(73) },
      [entry("password", "ensure this value has at most 72 bytes", "value_error.any_str.max_length")],
    ],
    [
      "a NUL in the password",
      { ...good, password: "abcdefg1\0x" },
      [entry("password", "value contains a character that cannot be used", "value_error.characters")],
    ],
    [
      "a null",
      { ...good, email: null },
      [entry("email", "none is not an allowed value", "type_error.none.not_allowed")],
    ],
    ["a number", { ...good, password: 12345678 }, [entry("password", "str type expected", "type_error.str")]],
    [
      "a fault in every field, one entry each",
      { email: "x", password: "y" },
      [
        entry("email", "value is not a valid email address", "value_error.email"),
        entry("password", "ensure this value has at least 8 characters", "value_error.any_str.min_length"),
      ],
    ],
  ])("the dialect of users reports the faults of %s", (_, sent, detail) => {
    expect(refusalOf(sent)).toEqual({ status: 422, json: { detail } });
  });

  test("the dialect of users never repeats a sent value", () => {
    expect(JSON.stringify(refusalOf({ email: "canary", password: "canary" }))).not.toContain("canary");
  });

  test.each<[Refusal, number, unknown]>([
    [{ code: "email-taken" }, 400, "Email already registered"],
    [
      { code: "invalid", faults: [{ field: "", problem: "not-json" }] },
      422,
      [{ loc: ["body"], msg: "body is not valid JSON", type: "value_error.jsondecode" }],
    ],
    [
      { code: "invalid", faults: [{ field: "", problem: "not-object" }] },
      422,
      [{ loc: ["body"], msg: "value is not a valid dict", type: "type_error.dict" }],
    ],
    [{ code: "unsupported-media-type" }, 415, "Unsupported media type"],
    [{ code: "body-too-large" }, 413, "Request body too large"],
    [{ code: "cross-site" }, 403, "Cross-site request"],
    [{ code: "rate-limited", retryAfterSeconds: 17 }, 429, "Too many requests"],
    [{ code: "unavailable", retryAfterSeconds: 5 }, 503, "Service unavailable"],
    [{ code: "fault", requestId: "request-1" }, 500, "Internal server error (request request-1)"],
  ])("the dialect of users answers the refusal %j", (refusal, status, detail) => {
    expect(written(refusal)).toEqual({ status, json: { detail } });
  });

  test("the dialect of users has words for every problem of a field", () => {
    for (const problem of Object.keys(problemWords) as Problem[]) {
      const reply = written({ code: "invalid", faults: [{ field: "x", problem }] });
      const words = { loc: ["body", "x"], msg: expect.stringMatching(/^[a-z]/), type: expect.any(String) };
      expect(reply).toEqual({ status: 422, json: { detail: [words] } });
    }
  });
});
