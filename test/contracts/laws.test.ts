import { describe, expect, test } from "vitest";
import { contracts } from "../../lib/core/shared/contracts.ts";
import { routes } from "../../lib/manifest/routes.ts";
import { eventually, inOneMinute, nextClient, nextEmail, startApi } from "../support/api.ts";
import { expectNothingInternal } from "../support/claims.ts";
import { medias, password, registrations, signUpRequest } from "../support/samples.ts";
import { accountOf, readTable, setAttribute } from "../support/table.ts";

const api = startApi();
const canary = "canary-7f3a51";
/** Number of IPv6 networks used so far. */
let networks = 0;
/** A password that every contract accepts. */
const loginPassword = "correct-horse battery";

/** Bodies that every contract refuses, as JSON and as a form. */
const wrongBodies = {
  json: [
    ["malformed JSON", `{"email": "${canary}@example.com", `],
    ["an empty body", ""],
    ["an array", `["${canary}"]`],
    ["a text", `"${canary}"`],
    ["null", "null"],
    ["no fields", "{}"],
    ["nulls", `{"email": null, "password": null}`],
    ["numbers", `{"email": 1, "password": 12345678}`],
    ["objects", `{"email": {"$ne": "${canary}"}, "password": ["${canary}"]}`],
    ["a wrong address", `{"email": "${canary}", "password": "${canary}-long-enough"}`],
    [
      "a header in the address",
      `{"email": "${canary}@example.com\\r\\nBcc: x@example.com", "password": "${canary}"}`,
    ],
    ["a short password", `{"email": "${canary}@example.com", "password": "short7!"}`],
    [
      "a password that bcrypt would cut",
      `{"email": "${canary}@example.com", "password": "${canary.repeat(6)}"}`,
    ],
    ["a NUL in the password", `{"email": "${canary}@example.com", "password": "abcdefg1\\u0000abcdefg1"}`],
    ["a lone surrogate in the password", `{"email": "${canary}@example.com", "password": "abcdefgh\\ud800"}`],
  ],
  form: [
    ["an empty body", ""],
    ["no such fields", `react_app=1&${canary}=${canary}`],
    ["empty fields", "react_app=1&email=&password=&confirm_password="],
    ["a field sent twice", `react_app=1&email=${canary}@example.com&email=b@example.com`],
    ["fields with brackets", `react_app=1&email[$ne]=${canary}&password[]=${canary}`],
    ["a wrong address", `react_app=1&email=${canary}&password=longenough&confirm_password=longenough`],
    [
      "a header in the address",
      `react_app=1&email=${canary}@example.com%0d%0aBcc:x@example.com&password=longenough&confirm_password=longenough`,
    ],
    ["a short password", `react_app=1&email=${canary}@example.com&password=short7!&confirm_password=short7!`],
    [
      "a password that bcrypt would cut",
      `react_app=1&email=${canary}@example.com&password=${canary.repeat(6)}&confirm_password=${canary.repeat(6)}`,
    ],
    [
      "a NUL in the password",
      `react_app=1&email=${canary}@example.com&password=abcdefg1%00abcdefg1&confirm_password=abcdefg1%00abcdefg1`,
    ],
    [
      "a password that is not UTF-8",
      `react_app=1&email=${canary}@example.com&password=abcdefgh%ff&confirm_password=abcdefgh%ff`,
    ],
  ],
};

describe.each(registrations)("the $contract contract", ({ contract, path, sample }) => {
  const signUp = (email: string, more: object = {}, from?: string) =>
    api.send(path, { ...signUpRequest(sample, email, more), ...(from && { from }) });
  const { type, encode } = medias[sample.media];
  const headers = { "content-type": type };
  const send = (body: string | Uint8Array, from = nextClient()) =>
    api.send(path, { method: "POST", body, headers, from });

  // https://github.com/aws-amplify/amplify-js/issues/3949
  test("an address signs up once, whatever the next sign-up's letter case and contract", async () => {
    const email = nextEmail();
    expect((await signUp(email)).status).toBe(sample.success);
    for (const other of registrations) {
      for (const spelling of [email, email.toUpperCase(), `  ${email} `, email.replace("p", "Ｐ")]) {
        const again = await api.send(other.path, signUpRequest(other.sample, spelling));
        expect({ status: again.status, json: again.json }).toEqual(other.sample.duplicate);
      }
    }
  });

  test("a sign-up's account is accepted by every login, once verified if so required", async () => {
    const email = nextEmail();
    const own = { password: loginPassword, confirm_password: loginPassword };
    expect((await signUp(email, own)).status).toBe(sample.success);
    const item = await accountOf(api.local.awsUrl, email);
    if (contracts[contract].mustVerify) await setAttribute(api.local.awsUrl, item, "isVerified", true);
    const asJson = { email, password: loginPassword };
    const asForm = { username: email, password: loginPassword };
    const signupLogin = await api.post("/api/v1/auth/login", asJson);
    expect(signupLogin.status).toBe(200);
    expect(signupLogin.json.user_id).toBe(contracts[contract].isNumbered ? item.number : null);
    const logins = [
      signupLogin,
      await api.post("/api/auth/login/", asJson),
      await api.postForm("/api/v1/auth/login", asForm),
      await api.postForm("/api/users/login", asForm),
      await api.postForm("/login", { ...asJson, react_app: "1" }),
    ];
    expect(logins.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    for (const { text } of logins) {
      expect(text).toContain("eyJ");
      expectNothingInternal(text, email, loginPassword);
    }
    expect((await api.postForm("/login", asJson)).status).toBe(302);
  });

  test(
    "the eleventh sign-up of one client in a minute gets 429, whatever its body",
    inOneMinute(async () => {
      const from = nextClient();
      const statuses = [];
      for (let count = 0; count < 10; count++) statuses.push((await signUp(nextEmail(), {}, from)).status);
      expect(new Set(statuses)).toEqual(new Set([sample.success]));
      for (const body of [encode(sample.fields(nextEmail())), "{", "x".repeat(20_000)]) {
        const over = await send(body, from);
        expect(over.status).toBe(429);
        expect(Number(over.headers.get("retry-after"))).toBeGreaterThan(0);
        expect(Number(over.headers.get("retry-after"))).toBeLessThanOrEqual(60);
        sample.expectError(over.json);
      }
      expect((await signUp(nextEmail())).status).toBe(sample.success);
    }),
  );

  // CVE-2026-45364
  test(
    "the limit of sign-ups counts all addresses of an IPv6 network as one client",
    inOneMinute(async () => {
      networks += 1;
      const network = `2001:db8:${networks.toString(16)}:7`;
      for (let count = 0; count < 10; count++) await send(encode({}), `${network}::${count.toString(16)}`);
      expect((await send(encode({}), `${network}:ffff:1:2:3`)).status).toBe(429);
      expect((await send(encode({}), `${network}f::1`)).status).toBe(sample.invalid);
    }),
  );

  test(
    "the limit of sign-ups counts simultaneous requests exactly",
    inOneMinute(async () => {
      const from = nextClient();
      const answers = await Promise.all(Array.from({ length: 40 }, () => send(encode({}), from)));
      expect(answers.filter(({ status }) => status === sample.invalid)).toHaveLength(10);
      expect(answers.filter(({ status }) => status === 429)).toHaveLength(30);
    }),
  );

  test.each(
    wrongBodies[sample.media],
  )("a sign-up refuses %s as invalid in its contract's shape, echoing no value", async (_, body) => {
    const answer = await send(body as string);
    expect(answer.status).toBe(sample.invalid);
    sample.expectError(answer.json);
    expect(answer.text).not.toContain("canary");
  });

  test("a sign-up refuses a common password, unless its contract's document has one", async () => {
    for (const password of ["p@ssw0rd", "P@ssw0rd"]) {
      const answer = await signUp(nextEmail(), { password, confirm_password: password });
      expect(answer.status).toBe(contract === "form" ? sample.success : sample.invalid);
      if (contract !== "form") sample.expectError(answer.json);
    }
  });

  test("a sign-up refuses a body that is not UTF-8 as invalid", async () => {
    const filled = encode({ ...sample.fields(nextEmail()), filler: "~" });
    const [before = "", after = ""] = filled.replace("%7E", "~").split("~");
    const answer = await send(
      Buffer.concat([Buffer.from(before), Buffer.from([0xff, 0xfe]), Buffer.from(after)]),
    );
    expect(answer.status).toBe(sample.invalid);
    sample.expectError(answer.json);
  });

  test.each([
    ["text/plain"],
    [sample.media === "json" ? medias.form.type : medias.json.type],
    [sample.media === "json" ? medias.multipart.type : "multipart/mixed; boundary=x"],
    [`${type}; charset=iso-8859-1`],
    [""],
  ])("a sign-up with the content type %j gets 415", async (type) => {
    const body = encode(sample.fields(nextEmail()));
    const answer = await api.send(path, { method: "POST", body, headers: { "content-type": type } });
    expect(answer.status).toBe(415);
    sample.expectError(answer.json);
  });

  test("a sign-up may have 16 KiB, and gets 413 with one more byte", async () => {
    const fill = (bytes: number) => {
      const fields = { ...sample.fields(nextEmail()), filler: "" };
      return encode({ ...fields, filler: "x".repeat(bytes - encode(fields).length) });
    };
    expect((await send(fill(16_384))).status).toBe(sample.success);
    const over = await send(fill(16_385));
    expect(over.status).toBe(413);
    sample.expectError(over.json);
  });

  // CVE-2026-27946, CVE-2025-61928
  test("a sign-up neither uses nor stores fields that a caller may not set", async () => {
    const email = nextEmail();
    const before = new Set((await readTable(api.local.awsUrl)).map(({ pk }) => pk));
    const answer = await signUp(email, {
      id: 999_999,
      number: 999_999,
      is_verified: true,
      isVerified: true,
      is_active: false,
      // `role` is a field of the username contract, which refuses it by name.
      ...(contract !== "username" && { role: "admin" }),
      epoch: 9,
      deletedAt: canary,
      [canary]: canary,
    });
    expect(answer.status).toBe(sample.success);
    expect(answer.text).not.toMatch(/999999|canary|admin|"is_verified":true/);
    const items = (await readTable(api.local.awsUrl)).filter(({ pk }) => !before.has(pk));
    const account = items.find(({ sk }) => sk === "ACCOUNT");
    expect(account).toMatchObject({ isVerified: false, isActive: true, role: "user", epoch: 0 });
    expect(account).not.toHaveProperty("deletedAt");
    expect(JSON.stringify(items)).not.toMatch(/canary|999999/);
  });

  test("a sign-up's answer contains no password, hash or ciphertext, its items no plain address", async () => {
    const email = nextEmail();
    const answer = await signUp(email);
    expect(answer.text).not.toContain(password);
    expectNothingInternal(answer.text, email, password);
    const items = await readTable(api.local.awsUrl);
    const raw = items.map((item) => Object.values(item).map(readable).join(" ")).join(" ");
    expect(raw).not.toContain(email);
    expect(raw).not.toContain(password);
  });

  test("a sign-up gets 503 with Retry-After while the table is unreachable, leaving nothing behind", async () => {
    const email = nextEmail();
    api.local.faults.order({
      service: "dynamodb",
      operation: "TransactWriteItems",
      error: "InternalServerError",
      status: 500,
    });
    try {
      const answer = await signUp(email);
      expect(answer.status).toBe(503);
      expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
      sample.expectError(answer.json);
    } finally {
      api.local.faults.clear();
    }
    expect((await signUp(email)).status).toBe(sample.success);
  });

  test("a fault in a sign-up gets 500 and a request id, without its cause", async () => {
    api.local.faults.order({ service: "kms", error: "AccessDeniedException", status: 400, message: canary });
    try {
      const answer = await signUp(`${canary}@example.com`, {
        password: `${canary}-password!`,
        confirm_password: `${canary}-password!`,
      });
      expect(answer.status).toBe(500);
      sample.expectError(answer.json);
      expect(answer.text).toContain(answer.headers.get("x-request-id"));
      expect(answer.text).not.toMatch(/canary|kms|denied/i);
    } finally {
      api.local.faults.clear();
    }
  });

  test("a sign-up succeeds if it was committed but the table's response was lost", async () => {
    api.local.faults.order({
      service: "dynamodb",
      operation: "TransactWriteItems",
      error: "disconnect-after-effect",
      times: 1,
    });
    const answer = await signUp(nextEmail());
    api.local.faults.clear();
    expect(answer.status).toBe(sample.success);
  });

  test("every answer to a sign-up has the protective headers", async () => {
    for (const answer of [
      await signUp(nextEmail()),
      await signUp("wrong"),
      await api.send(path, { method: "POST" }),
    ]) {
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        "x-request-id": expect.stringMatching(/./),
        "content-type": "application/json",
      });
    }
  });

  test.each(["PATCH", "PUT", "DELETE"])("the method %s on a sign-up's path gets 404", async (method) => {
    expect((await api.send(path, { method })).status).toBe(404);
  });

  // GHSA-x732-6j76-qmhm
  test.each([
    "/",
    "/x",
    "?",
    "//",
  ])("a sign-up is served only on its exact path, not the variant %j", async (extra) => {
    const wrong = extra === "//" ? `/${path}` : `${path}${extra}`;
    const answer = await api.send(wrong, { method: "POST", body: encode({}), headers });
    const isServed = extra === "?" || (extra === "/" && contract === "token");
    expect(answer.status).toBe(isServed ? sample.invalid : 404);
  });

  test("a sign-up is logged as one line of figures, without values of its body", async () => {
    await signUp(`${canary}-logged@example.com`, {
      password: `${canary}-password!`,
      confirm_password: `${canary}-password!`,
    });
    await eventually("the log line", () => api.lines.some((line) => line.includes(`"route":"POST ${path}"`)));
    expect(api.lines.join("\n")).not.toContain("canary");
  });
});

const bearerRoutes = routes
  .filter(({ needs }) => (needs as readonly string[]).includes("verify-tokens"))
  .flatMap((row) => ("http" in row ? [...row.http] : []))
  // Pages of the links in messages.
  .filter((key) => key !== "GET /api/v1/auth/change-email");

describe("endpoints that require an access token", () => {
  // RFC 9110 15.5.2, RFC 6750 3.1
  test.each(
    bearerRoutes,
  )("endpoints that require an access token send the Bearer challenge with 401: %s", async (key) => {
    const [method = "", path = ""] = key.replace("{id}", "x").split(" ");
    const fields = { current_password: canary, new_password: loginPassword, new_email: nextEmail() };
    const body = JSON.stringify({ ...fields, password: canary, token: canary, full_name: canary });
    const ask = (headers: Record<string, string>) =>
      api.send(path, {
        method,
        headers: { "content-type": "application/json", ...headers },
        ...(method !== "GET" && { body }),
      });
    for (const [headers, challenge] of [
      [{}, "Bearer"],
      [{ authorization: "Basic YTpi" }, "Bearer"],
      [{ authorization: "Bearer nonsense" }, 'Bearer error="invalid_token"'],
    ] as const) {
      const answer = await ask(headers);
      expect([answer.status, answer.headers.get("www-authenticate")]).toEqual([401, challenge]);
    }
  });
});

test("an unknown path is answered like an unknown method", async () => {
  const answer = await api.send("/api/v1/auth/nothing");
  expect(answer.status).toBe(404);
  expect(answer.json).toEqual({ message: "Not Found" });
});

const readable = (value: unknown) =>
  value instanceof Uint8Array ? Buffer.from(value).toString("latin1") : JSON.stringify(value);
