import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { mailTo, nextEmail, startApi, tokensIn } from "../support/api.ts";
import { type Sentence, titled } from "../support/document.ts";
import { accountOf, readTable } from "../support/table.ts";

const api = startApi();
const path = "/api/users/register";
const password = "ToGePiPower2025";

const register = (fields: object = {}) => api.post(path, { email: nextEmail(), password, ...fields });
const account = (email: string) => accountOf(api.local.awsUrl, email);

const profile = (email: unknown) => ({
  id: expect.any(Number),
  email,
  created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
});

async function expectFault(fields: object, loc: string, msg: string, type: string) {
  const answer = await api.post(path, fields);
  expect(answer.status).toBe(422);
  expect(answer.json).toEqual({ detail: [{ loc: ["body", loc], msg, type }] });
}

/** The stored account of a sign-up, and all its items as one text. */
async function stored() {
  const email = nextEmail();
  expect((await register({ email: ` ${email.toUpperCase()}` })).status).toBe(201);
  const items = await readTable(api.local.awsUrl);
  const item = await account(email);
  const raw = items.map((one) => Object.values(one).map(readable).join(" ")).join(" ");
  return { email, item, items, raw };
}

const readable = (value: unknown) =>
  value instanceof Uint8Array ? Buffer.from(value).toString("latin1") : JSON.stringify(value);

/** The form that the button "This was not me" posts. */
const disownToken = async (email: string) => ({ token: tokensIn(await mailTo(api, email)).disown });

async function encryptsTheAddress() {
  const { email, item, raw } = await stored();
  expect(item.emailCiphertext).toBeInstanceOf(Uint8Array);
  expect(raw).not.toContain(email);
}

async function hashesThePassword() {
  const { item, raw } = await stored();
  expect(item.passwordHash).toMatch(/^\$2b\$/);
  expect(raw).not.toContain(password);
}

async function claimsTheAddress() {
  const { email, item, items } = await stored();
  const hash = createHash("sha256").update(email.toLowerCase().trim()).digest("hex");
  expect(item.emailHash).toBe(hash);
  const claim = items.find(({ pk }) => pk === `EMAIL#${hash}`);
  expect(`ACCOUNT#${claim?.accountId}`).toBe(item.pk);
  expect((await register({ email: `${email} ` })).json).toEqual({ detail: "Email already registered" });
}

async function answersTheNewUser() {
  const email = nextEmail();
  const answer = await register({ email });
  expect(answer.status).toBe(201);
  expect(answer.json).toEqual(profile(email));
  expect(Math.abs(Date.parse(answer.json.created_at) - Date.now())).toBeLessThan(10_000);
}

// Left out: passages on the other system's modules, framework and database.
const document: Sentence[] = [
  ["`POST /api/users/register` — Register a New User", answersTheNewUser],
  [
    "Registers a new user in the system by securely storing their encrypted email and hashed password.",
    async () => {
      await encryptsTheAddress();
      await hashesThePassword();
    },
  ],
  [
    // Here KMS replaces Fernet. It is random too: the bytes differ each time an address is encrypted.
    "**Email is encrypted** using Fernet (AES-based, randomized encryption)",
    async () => {
      const email = nextEmail();
      await register({ email });
      const first = (await account(email)).emailCiphertext;
      expect((await api.postForm("/api/v1/auth/verify-email", await disownToken(email))).status).toBe(200);
      await register({ email });
      const second = (await account(email)).emailCiphertext;
      expect(second).toBeInstanceOf(Uint8Array);
      expect(second).not.toEqual(first);
    },
  ],
  ["**Password is hashed** using Bcrypt via `passlib`", hashesThePassword],
  ["**Uniqueness check** is enforced using a deterministic SHA256 `email_hash` column", claimsTheAddress],
  [
    "**No sensitive data is stored in plain text** in the database",
    async () => {
      const { email, raw } = await stored();
      expect(raw).not.toContain(email);
      expect(raw).not.toContain(email.toUpperCase());
      expect(raw).not.toContain(password);
    },
  ],
  [
    "**URL:** `POST /api/users/register`",
    async () => {
      await answersTheNewUser();
      expect((await api.send(path)).status).toBe(404);
    },
  ],
  [
    "**Auth:** ❌ No auth required",
    async () => {
      const headers = { authorization: "Bearer nonsense" };
      expect((await api.post(path, { email: nextEmail(), password }, { headers })).status).toBe(201);
    },
  ],
  [
    "**Consumes:** `application/json`",
    async () => {
      const asForm = await api.postForm(path, { email: nextEmail(), password });
      expect([asForm.status, asForm.json]).toEqual([415, { detail: "Unsupported media type" }]);
    },
  ],
  [
    "**Produces:** `application/json`",
    async () => {
      for (const answer of [await register(), await register({ email: "" }), await api.postForm(path, {})])
        expect(answer.headers.get("content-type")).toBe("application/json");
    },
  ],
  [
    `{
  "email": "misty@ceruleangym.ph",
  "password": "ToGePiPower2025"
}`,
    async (body) => {
      const answer = await api.send(path, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
      });
      expect(answer.status).toBe(201);
      expect(answer.json).toEqual(profile("misty@ceruleangym.ph"));
    },
  ],
  [
    "| `email`   | string | ✅        | Must be a valid email address |",
    async () => {
      await expectFault(
        { email: "misty", password },
        "email",
        "value is not a valid email address",
        "value_error.email",
      );
      await expectFault({ email: 5, password }, "email", "str type expected", "type_error.str");
      await expectFault({ password }, "email", "field required", "value_error.missing");
      const noNull = "none is not an allowed value";
      await expectFault({ email: null, password }, "email", noNull, "type_error.none.not_allowed");
    },
  ],
  [
    "| `password`| string | ✅        | Min 8 characters              |",
    async () => {
      const email = nextEmail();
      await expectFault(
        { email, password: "1234567" },
        "password",
        "ensure this value has at least 8 characters",
        "value_error.any_str.min_length",
      );
      await expectFault({ email, password: 12345678 }, "password", "str type expected", "type_error.str");
      await expectFault({ email }, "password", "field required", "value_error.missing");
      expect((await register({ email, password: "12-45-78" })).status).toBe(201);
    },
  ],
  ["Response (201 Created)", answersTheNewUser],
  [
    `{
  "id": 1,
  "email": "misty@ceruleangym.ph",
  "created_at": "2025-05-16T10:55:00.123Z"
}`,
    async (example) => {
      expect(JSON.parse(example)).toEqual(profile("misty@ceruleangym.ph"));
      await answersTheNewUser();
    },
  ],
  [
    "400 Bad Request — Duplicate email",
    async () => {
      const email = nextEmail();
      await register({ email });
      expect((await register({ email, password: "another password" })).status).toBe(400);
    },
  ],
  [
    `{
  "detail": "Email already registered"
}`,
    async (example) => {
      const email = nextEmail();
      await register({ email });
      expect((await register({ email })).json).toEqual(JSON.parse(example));
    },
  ],
  [
    "422 Unprocessable Entity — Invalid input",
    async () => {
      const { status, json } = await register({ email: "x", password: "y" });
      expect(status).toBe(422);
      expect(json.detail.map(({ loc }: { loc: string[] }) => loc)).toEqual([
        ["body", "email"],
        ["body", "password"],
      ]);
    },
  ],
  [
    `{
  "detail": [
    {
      "loc": ["body", "email"],
      "msg": "value is not a valid email address",
      "type": "value_error.email"
    }
  ]
}`,
    async (example) => expect((await register({ email: "misty" })).json).toEqual(JSON.parse(example)),
  ],
  ["`email_hash = sha256(email.lower().strip())` is stored for uniqueness lookup", claimsTheAddress],
  // KMS here in place of Fernet.
  ["`encrypted_email = Fernet.encrypt(email)` is stored in `_email`", encryptsTheAddress],
  ["`password = hash_password(password)` is stored using Bcrypt", hashesThePassword],
  ["DB commit and refresh returns newly created user", answersTheNewUser],
];

describe("the document of users", () => {
  test.each(titled(document))("%s", (_, check) => check());

  test("users gives increasing integer ids to new accounts", async () => {
    const first = await register();
    const second = await register();
    expect(Number.isInteger(first.json.id)).toBe(true);
    expect(second.json.id).toBeGreaterThan(first.json.id);
  });

  test("users sends a verification message after a sign-up", async () => {
    const email = nextEmail();
    await register({ email });
    expect((await mailTo(api, email)).subject).toContain("Vestibule");
  });
});
