import { describe, expect, test } from "vitest";
import { mailTo, nextEmail, startApi } from "../support/api.ts";
import { nextUsername } from "../support/samples.ts";
import { readTable } from "../support/table.ts";

const api = startApi({ transactionWindowMs: 10 });
const path = "/api/v1/auth/register";
const password = "Str0ng-enough";

const fields = (more: object = {}) => ({ username: nextUsername(), email: nextEmail(), password, ...more });

// The quotations are from the contract's own document.
describe("POST /api/v1/auth/register", () => {
  test('"Return a JSON object with the following properties for registration", and with nothing else', async () => {
    const email = nextEmail();
    const username = `Ar.qam-${process.pid % 1000}`;
    const answer = await api.post(path, { username, email: email.toUpperCase(), password });
    expect(answer.status).toBe(201);
    expect(answer.json).toEqual({
      username,
      email,
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
      role: "user",
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/),
    });
    expect((await mailTo(api, email)).subject).toContain("Vestibule");
  });

  test('"Username exists: 400 Username taken", in whatever letter case', async () => {
    const taken = fields();
    await api.post(path, taken);
    for (const username of [taken.username, taken.username.toUpperCase(), taken.username.toLowerCase()]) {
      const answer = await api.post(path, fields({ username }));
      expect(answer.status).toBe(400);
      expect(answer.json).toEqual({ detail: "Username taken" });
    }
  });

  test('"Email exists: 400 Email taken", and the name that was asked for stays free', async () => {
    const taken = fields();
    await api.post(path, taken);
    const username = nextUsername();
    const answer = await api.post(path, fields({ username, email: taken.email }));
    expect(answer.status).toBe(400);
    expect(answer.json).toEqual({ detail: "Email taken" });
    expect((await api.post(path, fields({ username }))).status).toBe(201);
  });

  test("says Username taken where both are", async () => {
    const taken = fields();
    await api.post(path, taken);
    expect((await api.post(path, taken)).json).toEqual({ detail: "Username taken" });
  });

  test.each([
    ["username", "ab"],
    ["username", "a".repeat(21)],
    ["username", "_abc"],
    ["username", "abc-"],
    ["username", "a b c"],
    ["username", "me@example.com"],
    ["username", "пользователь"],
    ["username", "admin"],
    ["username", "ROOT"],
    ["username", ""],
    ["username", null],
    ["username", 12345],
    ["email", "nobody"],
    ["password", "Sh0rt-1"],
    ["password", "NoSpecial1234"],
    ["password", "only letters and spaces"],
    ["role", "admin"],
    ["role", ""],
    ["role", null],
    ["role", ["user"]],
  ])('"Validation failed: 422 Field-specific errors" for the %s %j', async (field, value) => {
    const answer = await api.post(path, fields({ [field]: value }));
    expect(answer.status).toBe(422);
    expect(answer.json.detail).toHaveLength(1);
    expect(answer.json.detail[0]).toMatchObject({ loc: ["body", field] });
  });

  test.each(["abc", "a_b-c.d", "A1234567890123456789", "007"])("takes the username %s", async (username) => {
    expect((await api.post(path, fields({ username }))).status).toBe(201);
  });

  test('"Defaults to "user" if not specified", and is what the settings allow', async () => {
    expect((await api.post(path, fields())).json.role).toBe("user");
    expect((await api.post(path, fields({ role: "user" }))).json.role).toBe("user");
  });

  test("takes no number from the counter", async () => {
    const { json } = await api.post(path, fields());
    const account = (await readTable(api.local.awsUrl)).find(({ pk }) => pk === `ACCOUNT#${json.id}`);
    expect(account).toMatchObject({ username: json.username, contract: "username" });
    expect(account).not.toHaveProperty("number");
  });

  test("60 simultaneous sign-ups for one name make one account, and no fault", async () => {
    const username = nextUsername();
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, at) =>
        api.post(path, fields({ username: at % 2 ? username : username.toUpperCase() })),
      ),
    );
    const won = answers.filter(({ status }) => status === 201);
    const lost = answers.filter(({ status }) => status === 400);
    expect([won.length, lost.length]).toEqual([1, 59]);
    expect(new Set(lost.map(({ json }) => json.detail))).toEqual(new Set(["Username taken"]));
  });
});
