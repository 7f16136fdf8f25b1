import { describe, expect, test } from "vitest";
import { routes } from "../../lib/manifest/routes.ts";
import { nextEmail, startApi } from "../support/api.ts";
import { medias, registrations, samples } from "../support/samples.ts";

const api = startApi();
const canary = "canary-91b0d4";

type Row = (typeof routes)[number];
type HttpOf<R> = R extends { http: readonly (infer Key)[] } ? Key : never;
type Registering<R> = R extends { needs: readonly (infer N)[] }
  ? "register-accounts" extends N
    ? R
    : never
  : never;
/** Every route that changes something, except the sign-ups, whose samples define their bodies. */
type Changing = Exclude<HttpOf<Exclude<Row, Registering<Row>>>, `GET ${string}`>;

/** The media type of a route's body, and the shape of its refusal. */
interface Taking {
  readonly media: keyof typeof medias;
  /** Well-formed fields for the route. */
  readonly fields: Readonly<Record<string, string>>;
  readonly invalid: number;
  expectError(json: unknown): void;
}

const email = `${canary}@example.com`;
const password = `${canary}-password!`;
const { token, signup, users, form } = samples;
const taking = (
  { invalid, expectError }: Pick<Taking, "invalid" | "expectError">,
  media: Taking["media"],
  fields: Taking["fields"],
): Taking => ({ media, fields, invalid, expectError });

const asToken = taking(token, "json", { email, password });
const forgot = { email };
const reset = { token: canary, new_password: password };

/** A missing route does not compile. A route without a body has no media type. */
const takings: Record<Changing, readonly Taking[]> = {
  "POST /api/auth/login": [asToken],
  "POST /api/auth/login/{proxy+}": [asToken],
  "POST /api/v1/auth/login": [
    taking(signup, "json", { email, password }),
    taking(users, "form", { username: email, password }),
  ],
  "POST /api/users/login": [taking(users, "form", { username: email, password })],
  "POST /login": [taking(form, "form", { email, password, react_app: "1" })],
  "POST /logout": [taking(form, "form", { react_app: canary })],
  "POST /account/email": [
    taking(form, "form", { new_email: email, current_password: password, react_app: "1" }),
  ],
  "POST /api/users/refresh": [],
  "POST /api/v1/auth/verify-email": [taking(signup, "form", { token: canary })],
  "POST /api/v1/auth/resend-verification": [taking(signup, "json", forgot), taking(signup, "form", forgot)],
  "POST /api/v1/auth/refresh-token": [],
  "POST /api/v1/auth/logout": [],
  "POST /api/v1/auth/forgot-password": [taking(signup, "json", forgot), taking(signup, "form", forgot)],
  "POST /api/v1/auth/reset-password": [taking(signup, "json", reset), taking(signup, "form", reset)],
  "POST /api/v1/auth/change-password": [
    taking(signup, "json", { current_password: password, new_password: password }),
  ],
  "POST /api/v1/users/me/email": [taking(signup, "json", { new_email: email, current_password: password })],
  "POST /api/v1/auth/change-email": [
    taking(signup, "json", { token: canary }),
    taking(signup, "form", { token: canary, current_password: password }),
  ],
  "POST /api/v1/auth/cancel-email-change": [
    taking(signup, "json", { token: canary }),
    taking(signup, "form", { token: canary }),
  ],
  "DELETE /api/v1/users/me/sessions": [],
  "DELETE /api/v1/users/me/sessions/{id}": [],
  "PATCH /api/v1/users/me": [taking(signup, "json", { full_name: canary })],
  "DELETE /api/v1/users/me": [taking(signup, "json", { password })],
};

const signUps = registrations.flatMap(({ keys, sample }) => {
  const fields = { ...sample.fields(email), password, confirm_password: password };
  return keys.map((key): [string, readonly Taking[]] => [key, [taking(sample, sample.media, fields)]]);
});
const takingsOf: ReadonlyMap<string, readonly Taking[]> = new Map([...signUps, ...Object.entries(takings)]);
const keys = routes
  .flatMap((row) => ("http" in row ? [...row.http] : []))
  .filter((key) => !key.startsWith("GET "));
const cases = keys.flatMap((key) => {
  const [method = "", path = ""] = key.replace("{proxy+}", "").split(" ");
  const ofPath = takingsOf.get(key) ?? [];
  const mediaOfPath = ofPath.map(({ media }) => media);
  // A route with a form takes both encodings that browsers have.
  const both = ofPath.flatMap((one) =>
    one.media === "form" ? [one, { ...one, media: "multipart" as const }] : [one],
  );
  return both.map((one) => ({ key, method, path, mediaOfPath, ...one }));
});

describe.each(cases)("the body of $key as $media", ({ key, method, path, media, mediaOfPath, ...law }) => {
  const { type, encode } = medias[media];
  const [name = "", value = ""] = Object.entries(law.fields)[0] ?? [];

  /** Sends a body and asserts a refusal with this status, in the contract's shape and without the body's values. */
  async function expectRefusal(
    status: number,
    body: string | Uint8Array,
    contentType = type,
    { expectError } = law as Pick<Taking, "expectError">,
  ) {
    const headers = { "content-type": contentType, accept: "application/json" };
    const answer = await api.send(path, { method, body, headers });
    expect(answer.status).toBe(status);
    expectError(answer.json);
    expect(answer.text).not.toContain("canary");
    expect(JSON.stringify([...answer.headers])).not.toContain("canary");
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
  }

  test.each([
    "text/plain",
    "multipart/mixed; boundary=x",
    "",
    `${type}; charset=iso-8859-1`,
    ...(mediaOfPath.includes("json") ? [] : [medias.json.type]),
    ...(mediaOfPath.includes("form") ? [] : [medias.form.type, medias.multipart.type]),
  ])("a body is refused with 415 for the content type %j", async (contentType) => {
    // If two contracts share a path, the JSON contract answers unknown types.
    const speaker = contentType.startsWith(type) ? law : takingsOf.get(key)?.[0];
    await expectRefusal(415, encode(law.fields), contentType, speaker);
  });

  test("a body is refused with 413 above 16 KiB, and not below", async () => {
    const fill = (bytes: number) => {
      const empty = encode({ ...law.fields, filler: "" });
      return encode({ ...law.fields, filler: "x".repeat(bytes - empty.length) });
    };
    await expectRefusal(413, fill(16_385));
    const headers = { "content-type": type, accept: "application/json" };
    expect((await api.send(path, { method, body: fill(16_384), headers })).status).not.toBe(413);
  });

  test("a body is refused as invalid if it is not UTF-8", async () => {
    const [before = "", after = ""] = encode({ ...law.fields, filler: "~" })
      .replace("%7E", "~")
      .split("~");
    await expectRefusal(
      law.invalid,
      Buffer.concat([Buffer.from(before), Buffer.from([0xff]), Buffer.from(after)]),
    );
  });

  test("a body is refused as invalid if a form repeats a field, or if JSON's last value of a repeated field is wrong", async () => {
    const twice = {
      json: encode(law.fields).replace(/}$/, `,"${name}":7}`),
      form: `${encode(law.fields)}&${encode({ [name]: value })}`,
      multipart: encode({ [name]: value }).replace("------cut--\r\n", encode(law.fields)),
    }[media];
    if (media === "json") expect(JSON.parse(twice)).toEqual({ ...law.fields, [name]: 7 });
    await expectRefusal(law.invalid, twice);
  });
});

describe("a form that a script posts", () => {
  const inParts = cases.filter(({ media }) => media === "multipart");

  test.each(inParts)("a script's form to $key is refused with a file or if truncated", async (one) => {
    const { method, path, fields, invalid, expectError } = one;
    const whole = medias.multipart.encode({ ...fields, more: canary });
    for (const body of [
      whole.replace('name="more"', 'name="more"; filename="canary.txt"'),
      whole.slice(0, -8),
      whole.replaceAll("\r\n", "\n"),
      whole.replaceAll("------cut", "------other"),
    ]) {
      const headers = { "content-type": medias.multipart.type, accept: "application/json" };
      const answer = await api.send(path, { method, body, headers });
      expect(answer.status).toBe(invalid);
      expectError(answer.json);
      expect(answer.text).not.toContain("canary");
    }
  });

  /** Encodes fields as `fetch` sends a page's `new FormData(form)`. */
  const postParts = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
    api.send(path, {
      method: "POST",
      body: medias.multipart.encode(fields),
      headers: { "content-type": medias.multipart.type, ...headers },
    });

  test("a script's form signs up and logs in on every route that takes forms", async () => {
    const mail = nextEmail();
    const signedUp = await postParts("/register", {
      email: mail,
      password,
      confirm_password: password,
      react_app: "1",
    });
    expect([signedUp.status, signedUp.json]).toMatchObject([200, { success: true, user: mail }]);
    for (const [path, fields] of [
      ["/login", { email: mail, password, react_app: "1" }],
      ["/api/v1/auth/login", { username: mail, password }],
      ["/api/users/login", { username: mail, password }],
    ] as const)
      expect((await postParts(path, fields)).status, path).toBe(200);
    expect((await postParts("/api/v1/auth/forgot-password", { email: mail })).status).toBe(200);
  });

  test("a form that a script posts is refused if it may come from another site's page", async () => {
    for (const path of ["/login", "/api/v1/auth/login", "/api/v1/auth/forgot-password"]) {
      const answer = await postParts(path, { email }, { "sec-fetch-site": "cross-site" });
      expect(answer.status, path).toBe(403);
    }
  });
});

test("no value of any body is in the log", () => {
  expect(api.lines.length).toBeGreaterThan(cases.length);
  expect(api.lines.join("\n")).not.toContain("canary");
});
