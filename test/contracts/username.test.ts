import { decodeJwt } from "jose";
import { describe, expect, test } from "vitest";
import { type Answered, mailTo, nextEmail, startApi } from "../support/api.ts";
import { type Sentence, titled } from "../support/document.ts";
import { nextUsername } from "../support/samples.ts";
import { accountOf, setAttribute } from "../support/table.ts";

const api = startApi({ transactionWindowMs: 10 });
const path = "/api/v1/auth/register";
const password = "Str0ng-enough";
const wrongPassword = "wrong-Password1";

const fields = (more: object = {}) => ({ username: nextUsername(), email: nextEmail(), password, ...more });
const register = (more: object = {}) => api.post(path, fields(more));
const logIn = (username: string, sent = password) =>
  api.postForm("/api/v1/auth/login", { username, password: sent });

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const profile = (username: unknown, email: unknown) => ({
  username,
  email,
  id: expect.stringMatching(uuid),
  role: "user",
  created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/),
});

async function registered() {
  const sent = fields();
  const { status, json } = await api.post(path, sent);
  expect(status).toBe(201);
  return { ...sent, id: json.id };
}

function expectDetail({ status, json }: Answered, expected: number, detail: string) {
  expect([status, json]).toEqual([expected, { detail }]);
}

function expectFaultIn({ status, json }: Answered, field: string) {
  expect(status).toBe(422);
  expect(json).toEqual({
    detail: [{ loc: ["body", field], msg: expect.stringMatching(/./), type: expect.stringMatching(/./) }],
  });
}

async function logsInByNameOrAddress() {
  const { username, email, id } = await registered();
  for (const name of [username, username.toUpperCase(), email, ` ${email.toUpperCase()} `]) {
    const answer = await logIn(name);
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual({ access_token: expect.any(String), token_type: "bearer" });
    expect(decodeJwt(answer.json.access_token)).toMatchObject({
      sub: id,
      preferred_username: username,
      role: "user",
    });
  }
}

// Left out: only headings and introductions.
const document: Sentence[] = [
  [
    "This is an api to create a user and log in.",
    async () => {
      const { username } = await registered();
      expect((await logIn(username)).status).toBe(200);
    },
  ],
  [
    "Client submits registration data.",
    async () => expect((await register()).headers.get("content-type")).toBe("application/json"),
  ],
  [
    "Server validates and creates new user and return public user data excluding the sensitive fields",
    async () => {
      const answer = await register();
      expect(Object.keys(answer.json).sort()).toEqual(["created_at", "email", "id", "role", "username"]);
      expect(answer.text).not.toContain(password);
    },
  ],
  [
    "http://localhost:8000/api/v1/auth",
    async (baseUrl) => {
      const { pathname } = new URL(baseUrl);
      expect((await api.post(`${pathname}/register`, fields())).status).toBe(201);
      expect((await api.postForm(`${pathname}/login`, {})).status).toBe(422);
    },
  ],
  [
    `POST /api/v1/auth/register
POST /api/v1/auth/login`,
    async (endpoints) => {
      const [first, second] = endpoints.split("\n").map((line) => line.slice("POST ".length));
      const sent = fields();
      expect((await api.post(first as string, sent)).status).toBe(201);
      expect((await api.postForm(second as string, sent)).status).toBe(200);
    },
  ],
  [
    "| username | 3-20 chars,unique |",
    async () => {
      for (const username of ["ab", "a".repeat(21)]) expectFaultIn(await register({ username }), "username");
      for (const username of ["abc", "a1234567890123456789"])
        expect((await register({ username })).status).toBe(201);
      expectDetail(await register({ username: "ABC" }), 400, "Username taken");
    },
  ],
  [
    "| email | Valid format,unique |",
    async () => {
      expectFaultIn(await register({ email: "nobody" }), "email");
      const { email } = await registered();
      expectDetail(await register({ email: email.toUpperCase() }), 400, "Email taken");
    },
  ],
  [
    "|password | Minimum 8 chars, special chars|",
    async () => {
      for (const wrong of ["Sh0rt-1", "NoSpecial1234", "only letters and spaces"])
        expectFaultIn(await register({ password: wrong }), "password");
      expect((await register({ password: "eight-ch" })).status).toBe(201);
    },
  ],
  [
    // A role outside the settings is refused. Otherwise a caller could become an administrator.
    '|role |Defaults to "user" if not specified|',
    async () => {
      expect((await register()).json.role).toBe("user");
      expect((await register({ role: "user" })).json.role).toBe("user");
      expectFaultIn(await register({ role: "admin" }), "role");
    },
  ],
  [
    "Return a JSON object with the following properties for registration:",
    async () => {
      const email = nextEmail();
      const answer = await register({ username: "Ar.qam-1", email: email.toUpperCase() });
      expect(answer.status).toBe(201);
      expect(answer.json).toEqual(profile("Ar.qam-1", email));
    },
  ],
  [
    `{
  "username": "string",
  "email": "user@example.com",
  "id": "497f6eca-6276-4993-bfeb-53cbbbba6f08",
  "role": "string",
  "created_at": "2019-08-24T14:15:22Z"
}`,
    async (example) => {
      const { username, email } = JSON.parse(example);
      const answer = await api.post(path, { username, email, password });
      expect(answer.json).toEqual(profile(username, email));
      expect(Object.keys(answer.json)).toEqual(Object.keys(JSON.parse(example)));
    },
  ],
  ["Returns a JSON object with following properties for login:", logsInByNameOrAddress],
  [
    `{
  "access_token": "string",
  "token_type": "bearer"
}`,
    async (example) => {
      const { username } = await registered();
      const { json } = await logIn(username);
      expect(json).toEqual({ ...JSON.parse(example), access_token: expect.any(String) });
    },
  ],
  [
    `{
  "username": "arqam",
  "email": "arqam@example.com",
  "id": "510629a6-50f5-4f4f-9019-51e553576db6",
  "role": "user",
  "created_at": "2025-05-25T09:58:40.719141+00:00"
}`,
    async (example) => {
      const shown = JSON.parse(example);
      const { username, email } = shown;
      const answer = await api.post(path, { username, email, password });
      expect(answer.json).toEqual(profile("arqam", "arqam@example.com"));
      expect(Object.keys(answer.json)).toEqual(Object.keys(shown));
    },
  ],
  [
    // The example's token is signed with a secret and names the user in `sub`. Here any verifier can check it, and `sub` is
    // the account's id.
    `{
  "access_token": "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJhcnFhbSIsImV4cCI6MTc0ODE2OTAyMH0.daQq8m9M4UrRR9NFksDA51ALlVOWCuZOd8ZLTfF9BAw",
  "token_type": "bearer"
}`,
    async (example) => {
      const shown = JSON.parse(example);
      const { username, id } = await registered();
      const { json } = await logIn(username);
      expect(Object.keys(json)).toEqual(Object.keys(shown));
      const [theirs, ours] = [decodeJwt(shown.access_token), decodeJwt(json.access_token)];
      expect(ours).toMatchObject({ sub: id, preferred_username: username });
      for (const claim of Object.keys(theirs)) expect(ours).toHaveProperty(claim);
    },
  ],
  [
    '| 400  | Username exists   | {"detail": "Username taken"} |',
    async () => {
      const { username } = await registered();
      for (const spelling of [username, username.toUpperCase(), username.toLowerCase()])
        expectDetail(await register({ username: spelling }), 400, "Username taken");
    },
  ],
  [
    '| 400  | Email exists      | {"detail": "Email taken"}    |',
    async () => {
      const { email } = await registered();
      const username = nextUsername();
      expectDetail(await register({ username, email }), 400, "Email taken");
      // The refused sign-up leaves its username free.
      expect((await register({ username })).status).toBe(201);
    },
  ],
  [
    "| 422  | Validation failed | Field-specific errors        |",
    async () => {
      const { status, json } = await register({ username: "", email: "", password: "", role: "" });
      expect(status).toBe(422);
      expect(json.detail.map(({ loc }: { loc: string[] }) => loc[1])).toEqual([
        "username",
        "email",
        "password",
        "role",
      ]);
    },
  ],
  [
    '| 401  | Invalid credentials | {"detail": "Bad credentials"}  |',
    async () => {
      const { username } = await registered();
      expectDetail(await logIn(username, wrongPassword), 401, "Bad credentials");
      expectDetail(await logIn(nextUsername()), 401, "Bad credentials");
    },
  ],
  [
    '| 400  | Inactive account    | {"detail": "Inactive account"} |',
    async () => {
      const disabled = await registered();
      const item = await accountOf(api.local.awsUrl, disabled.email);
      await setAttribute(api.local.awsUrl, item, "isActive", false);
      const unverified = nextEmail();
      await api.post("/api/v1/auth/signup", { email: unverified, password });
      for (const name of [disabled.username, unverified]) {
        expectDetail(await logIn(name), 400, "Inactive account");
        expectDetail(await logIn(name, wrongPassword), 401, "Bad credentials");
      }
    },
  ],
  [
    "| 422  | Invalid form data   | Form validation errors         |",
    async () => {
      const answer = await api.postForm("/api/v1/auth/login", { username: "somebody" });
      expect(answer.status).toBe(422);
      expect(answer.json.detail).toEqual([
        { loc: ["body", "password"], msg: "field required", type: "value_error.missing" },
      ]);
      expect((await logIn("", "")).status).toBe(422);
    },
  ],
];

describe("the document of username", () => {
  test.each(titled(document))("%s", (_, check) => check());

  test.each([
    ["username", "_abc"],
    ["username", "abc-"],
    ["username", "a b c"],
    ["username", "me@example.com"],
    ["username", "пользователь"],
    ["username", "admin"],
    ["username", "ROOT"],
    ["username", null],
    ["username", 12345],
    ["role", null],
    ["role", ["user"]],
  ])("username's 422 names the field for the %s %j", async (field, value) => {
    expectFaultIn(await register({ [field]: value }), field);
  });

  test.each(["a_b-c.d", "A1234567890123456780", "007"])("accepts the username %s", async (username) => {
    expect((await register({ username })).status).toBe(201);
  });

  test("answers Username taken if username and email are both taken", async () => {
    const { username, email } = await registered();
    expectDetail(await register({ username, email }), 400, "Username taken");
  });

  test("username's sign-up sends a verification message, and takes no account number", async () => {
    const { username, email, id } = await registered();
    expect((await mailTo(api, email)).subject).toContain("Vestibule");
    const item = await accountOf(api.local.awsUrl, email);
    expect(item).toMatchObject({ pk: `ACCOUNT#${id}`, username, contract: "username" });
    expect(item).not.toHaveProperty("number");
  });

  test("makes one account, without a fault, of 60 simultaneous sign-ups with one username", async () => {
    const username = nextUsername();
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, at) =>
        register({ username: at % 2 ? username : username.toUpperCase() }),
      ),
    );
    const won = answers.filter(({ status }) => status === 201);
    const lost = answers.filter(({ status }) => status === 400);
    expect([won.length, lost.length]).toEqual([1, 59]);
    expect(new Set(lost.map(({ json }) => json.detail))).toEqual(new Set(["Username taken"]));
  });
});
