import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { mailTo, nextEmail, startApi } from "../support/api.ts";
import { readTable } from "../support/table.ts";

const api = startApi();
const path = "/api/users/register";
const password = "ToGePiPower2025";

// The quotations are from the contract's own document.
describe("POST /api/users/register", () => {
  test('"201 Created" with id, e-mail and time of making, and nothing else', async () => {
    const email = nextEmail();
    const answer = await api.post(path, { email, password });
    expect(answer.status).toBe(201);
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(answer.json).toEqual({
      id: expect.any(Number),
      email,
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    });
  });

  test("gives integer ids that grow", async () => {
    const first = await api.post(path, { email: nextEmail(), password });
    const second = await api.post(path, { email: nextEmail(), password });
    expect(Number.isInteger(first.json.id)).toBe(true);
    expect(second.json.id).toBeGreaterThan(first.json.id);
  });

  test('"400 Bad Request — Duplicate email"', async () => {
    const email = nextEmail();
    await api.post(path, { email, password });
    const answer = await api.post(path, { email, password });
    expect(answer.status).toBe(400);
    expect(answer.json).toEqual({ detail: "Email already registered" });
  });

  test.each([
    [
      "a wrong address",
      { email: "misty", password },
      "email",
      "value is not a valid email address",
      "value_error.email",
    ],
    ["no address", { password }, "email", "field required", "value_error.missing"],
    [
      "a short password",
      { email: "misty@ceruleangym.ph", password: "1234567" },
      "password",
      "ensure this value has at least 8 characters",
      "value_error.any_str.min_length",
    ],
    ["no password", { email: "misty@ceruleangym.ph" }, "password", "field required", "value_error.missing"],
    [
      "a null",
      { email: null, password },
      "email",
      "none is not an allowed value",
      "type_error.none.not_allowed",
    ],
    ["a number", { email: 5, password }, "email", "str type expected", "type_error.str"],
  ])('"422 Unprocessable Entity — Invalid input" for %s', async (_, fields, field, msg, type) => {
    const answer = await api.post(path, fields);
    expect(answer.status).toBe(422);
    expect(answer.json).toEqual({ detail: [{ loc: ["body", field], msg, type }] });
  });

  test("has one entry for each fault", async () => {
    const { json } = await api.post(path, { email: "x", password: "y" });
    expect(json.detail.map(({ loc }: { loc: string[] }) => loc)).toEqual([
      ["body", "email"],
      ["body", "password"],
    ]);
  });

  test('"email_hash = sha256(email.lower().strip()) is stored for uniqueness lookup", the address only encrypted', async () => {
    const email = nextEmail();
    await api.post(path, { email: ` ${email.toUpperCase()}`, password });
    const hash = createHash("sha256").update(email).digest("hex");
    const items = await readTable(api.local.awsUrl);
    const claim = items.find(({ pk }) => pk === `EMAIL#${hash}`);
    const account = items.find(({ pk }) => pk === `ACCOUNT#${claim?.accountId}`);
    expect(account).toMatchObject({ emailHash: hash, emailCiphertext: expect.any(Uint8Array) });
    expect(account?.passwordHash).toMatch(/^\$2b\$/);
  });

  test("sends a verification mail", async () => {
    const email = nextEmail();
    await api.post(path, { email, password });
    expect((await mailTo(api, email)).subject).toContain("Vestibule");
  });
});
