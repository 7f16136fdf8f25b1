import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { emailSchema } from "../../../lib/core/account/email.ts";
import { languageSchema } from "../../../lib/core/account/language.ts";
import { fullNameSchema } from "../../../lib/core/account/profile.ts";
import { passwordSchema } from "../../../lib/core/passwords/password.ts";
import { problemWords } from "../../../lib/core/shared/refusals.ts";
import { validate } from "../../../lib/core/shared/validate.ts";

const schema = v.object({
  email: emailSchema,
  password: passwordSchema,
  name: v.optional(fullNameSchema, ""),
  language: v.optional(languageSchema, "en"),
});
const good = { email: "ada@example.com", password: "MyStr0ngP@ss!" };
const faultsOf = (input: unknown) => {
  const result = validate(schema, input);
  return result.ok ? [] : result.refusal.faults;
};

describe("validate", () => {
  test("validate returns the checked fields, with defaults for omitted ones", () => {
    expect(validate(schema, good)).toEqual({ ok: true, value: { ...good, name: null, language: "en" } });
  });

  test.each([
    ["a missing field", { password: good.password }, [{ field: "email", problem: "missing" }]],
    ["an undefined field", { ...good, email: undefined }, [{ field: "email", problem: "wrong-type" }]],
    ["a null", { ...good, email: null }, [{ field: "email", problem: "null" }]],
    ["a null where the field may be left out", { ...good, name: null }, [{ field: "name", problem: "null" }]],
    ["a number", { ...good, password: 12345678 }, [{ field: "password", problem: "wrong-type" }]],
    ["a list", { ...good, email: ["ada@example.com"] }, [{ field: "email", problem: "wrong-type" }]],
    ["an object", { ...good, email: { toString: "x" } }, [{ field: "email", problem: "wrong-type" }]],
    ["true", { ...good, language: true }, [{ field: "language", problem: "wrong-type" }]],
    ["a wrong address", { ...good, email: "ada" }, [{ field: "email", problem: "email" }]],
    [
      "several faults of one field",
      { ...good, password: "\0" },
      [{ field: "password", problem: "password-characters" }],
    ],
    [
      "faults of several fields, in the schema's order",
      { language: "zz", name: "a\nb", password: "short", email: "ada" },
      [
        { field: "email", problem: "email" },
        { field: "password", problem: "password-too-short" },
        { field: "name", problem: "text-characters" },
        { field: "language", problem: "language" },
      ],
    ],
    ["null as a whole", null, [{ field: "", problem: "not-object" }]],
    ["a text as a whole", "ada", [{ field: "", problem: "not-object" }]],
    [
      "fields that only the prototype has",
      JSON.parse(`{"__proto__": ${JSON.stringify(good)}}`),
      [
        { field: "email", problem: "missing" },
        { field: "password", problem: "missing" },
      ],
    ],
  ])("validate reports %s", (_, input, faults) => {
    expect(faultsOf(input)).toEqual(faults);
  });

  // CVE-2026-27946, CVE-2025-61928: a caller set its own role or verified flag.
  test("validate drops every field that the schema does not name", () => {
    const result = validate(schema, { ...good, id: 1, role: "admin", is_verified: true, epoch: 9 });
    expect(result.ok && Object.keys(result.value)).toEqual(["email", "password", "name", "language"]);
  });

  test("validate does not change its input", () => {
    const input = Object.freeze({ ...good, email: " ADA@example.com ", role: "admin" });
    validate(schema, input);
    expect(input.email).toBe(" ADA@example.com ");
  });

  test("validate never repeats a sent value, and has words for every reported problem", () => {
    const canary = "canary-7f3a";
    const inputs = [
      { email: canary, password: canary.slice(0, 7), name: `${canary}\n`.repeat(2), language: canary },
      { email: [canary], password: { canary }, name: 7, language: null },
      { [canary]: canary },
      canary,
    ];
    for (const input of inputs) {
      const faults = faultsOf(input);
      expect(faults.length).toBeGreaterThan(0);
      expect(JSON.stringify(faults)).not.toContain("canary");
      for (const { problem } of faults) expect(problemWords[problem]).toMatch(/^[A-Z].*\.$/);
    }
  });
});
