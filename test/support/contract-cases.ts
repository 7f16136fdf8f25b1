import { createHash, randomUUID } from "node:crypto";
import { expect } from "vitest";
import { hashToken } from "../../lib/core/shared/ids.ts";
import { nextClient } from "./api.ts";
import { type ExampleRequest, expiredAccess, password, type World } from "./contract-world.ts";
import { readTable, setAttribute } from "./table.ts";

/** Brings about the case of an example. Returns the request for that case, or nothing if it stays as it was. */
type Case = (world: World, request: ExampleRequest) => Made | Promise<Made>;
// biome-ignore lint/suspicious/noConfusingVoidType: most cases change the world and return nothing
type Made = ExampleRequest | void;

const withHeader = (request: ExampleRequest, name: string, value: string): ExampleRequest => ({
  ...request,
  headers: { ...request.headers, [name]: value },
});

const withoutHeader = ({ headers, ...request }: ExampleRequest, name: string): ExampleRequest => ({
  ...request,
  headers: Object.fromEntries(Object.entries(headers).filter(([one]) => one !== name)),
});

/** Changes the fields of a body; `undefined` leaves one out. */
function withFields(request: ExampleRequest, changes: Readonly<Record<string, unknown>>): ExampleRequest {
  const body = request.body ?? "";
  if (body.startsWith("{")) return { ...request, body: JSON.stringify({ ...JSON.parse(body), ...changes }) };
  const fields = Object.entries({ ...Object.fromEntries(new URLSearchParams(body)), ...changes });
  const kept = fields.flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as [string, string]],
  );
  return { ...request, body: new URLSearchParams(kept).toString() };
}

function withWrongPassword(request: ExampleRequest): ExampleRequest {
  const name = request.body?.includes("current_password") ? "current_password" : "password";
  return withFields(request, { [name]: "wrong-password" });
}

const mailedToken = /(?<=token("[^"]*"|=))[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/;

const withToken = (request: ExampleRequest, token: string): ExampleRequest => ({
  ...request,
  path: request.path.replace(mailedToken, token),
  ...(request.body && { body: request.body.replace(mailedToken, token) }),
});

const setting =
  (changes: Readonly<Record<string, unknown>>): Case =>
  async ({ set }) => {
    for (const [name, value] of Object.entries(changes)) await set(name, value);
  };

/** Orders every call of a service to fail, until the orders are cleared. */
const failing =
  (service: "dynamodb" | "kms", error: string): Case =>
  ({ apis }) =>
    apis.open.local.faults.order({ service, error, status: 400 });

/** Uses up the requests of a client address. It sends two of them, and writes the others into the table's count. */
const sentBefore =
  (most: number): Case =>
  async ({ apis, send }, request) => {
    const { awsUrl } = apis.open.local;
    const counted = { ...request, from: nextClient() };
    expect((await send(counted)).status).not.toBe(429);
    const client = createHash("sha256").update(counted.from).digest("hex");
    const windows = (await readTable(awsUrl)).filter(({ pk }) => String(pk).endsWith(`#${client}`));
    expect(windows).toHaveLength(1);
    await setAttribute(awsUrl, windows[0] ?? {}, "hits", most - 1);
    expect((await send(counted)).status).not.toBe(429);
    return counted;
  };

/** The cases that their words describe completely, by a pattern of the words. */
const written: readonly (readonly [pattern: RegExp, caseOf: (found: string) => Case])[] = [
  [
    /^you send `(\{.*\})`/,
    (json) =>
      ({ real }, request) =>
        withFields(request, JSON.parse(real(json))),
  ],
  [/^you leave out `(\w+)`/, (field) => (_, request) => withFields(request, { [field]: undefined })],
  [
    /^you send the header `(.+: .+)`$/,
    (header) => (_, request) => {
      const [name = "", value = ""] = header.split(": ");
      return withHeader(request, name.toLowerCase(), value);
    },
  ],
  [/^one client address sends more than (\d+) requests a minute$/, (most) => sentBefore(Number(most))],
];

/** Cases that every other request would meet too, so they run alone. */
export const faults: Readonly<Record<string, Case>> = {
  "AWS cannot be reached": failing("dynamodb", "disconnect"),
  "an unforeseen fault occurs": failing("kms", "AccessDeniedException"),
};

const cases: Readonly<Record<string, Case>> = {
  ...faults,
  "another account has the address": async ({ post, email }) => {
    await post("/api/users/register", { email, password });
  },
  "another account has the new address by now": async ({ post, newEmail }) => {
    await post("/api/users/register", { email: newEmail, password });
  },
  "another account has the username": async ({ succeed, newEmail }, request) => {
    await succeed(withFields(request, { email: newEmail }));
  },
  '`signUp` is `"by-invitation"` and the invitation is not valid': ({ apis }, request) => ({
    ...request,
    at: apis.byInvitation,
  }),
  "you used the `Idempotency-Key` for another request": async ({ succeed, newEmail }, request) => {
    const keyed = withHeader(request, "idempotency-key", randomUUID());
    await succeed(withFields(keyed, { email: newEmail }));
    return keyed;
  },
  "the account of a repeated sign-up may no longer log in": async ({ succeed, set }, request) => {
    const keyed = withHeader(request, "idempotency-key", randomUUID());
    await succeed(keyed);
    await set("isActive", false);
    return keyed;
  },
  "you repeat it": async ({ succeed }, request) => {
    await succeed(request);
  },
  "the password is wrong": (_, request) => withWrongPassword(request),
  "the account is locked": async ({ send }, request) => {
    for (let wrong = 0; wrong < 5; wrong++) expect((await send(withWrongPassword(request))).status).toBe(401);
  },
  "the account has changed its password four times today": async ({ succeed }, request) => {
    const { current_password, new_password } = JSON.parse(request.body ?? "");
    const back = withFields(request, { current_password: new_password, new_password: current_password });
    for (const change of [request, back, request, back]) await succeed(change);
  },
  "the account is disabled": setting({ isActive: false }),
  "an administrator deleted the account": setting({ isActive: false, removedAt: "2026-11-20T23:12:50.569Z" }),
  "the address is not verified": setting({ isVerified: false }),
  "you send no access token": (_, request) => withoutHeader(request, "authorization"),
  "you send no cookie": (_, request) => withoutHeader(request, "cookie"),
  "you are not logged in": (_, request) => withoutHeader(request, "cookie"),
  "the access token is not valid": (_, request) => withHeader(request, "authorization", "Bearer invalid"),
  "the access token has expired": async ({ apis }, request) =>
    withHeader(request, "authorization", `Bearer ${await expiredAccess(apis.open)}`),
  "the refresh token is not valid": (_, request) =>
    request.headers.cookie
      ? withHeader(request, "cookie", "refresh_token=invalid")
      : withHeader(request, "refresh-token", "invalid"),
  "the refresh token was used before, and its successor too": async ({ succeed }, request) => {
    const { headers } = await succeed(request);
    await succeed(withHeader(request, "cookie", headers.getSetCookie()[0]?.split(";")[0] ?? ""));
  },
  "the account has no live session of this id": (_, request) => ({
    ...request,
    path: request.path.replace(/[^/]+$/, randomUUID()),
  }),
  "the token is not valid": (_, request) => withToken(request, randomUUID()),
  "the token has expired": async ({ apis }, { path, body = "" }) => {
    const [token = ""] = mailedToken.exec(path) ?? mailedToken.exec(body) ?? [];
    const { awsUrl } = apis.open.local;
    const stored = (await readTable(awsUrl)).find(({ pk }) => pk === `TOKEN#${hashToken(token)}`);
    await setAttribute(awsUrl, stored ?? {}, "validUntil", Date.now());
  },
  "you send no token": (_, request) => withToken(request, ""),
  "the body has more than 16 KiB": (_, request) => withFields(request, { padding: "x".repeat(16_384) }),
  "the body is not valid JSON": (_, request) => ({ ...request, body: "{" }),
  "a field comes twice": (_, request) => ({ ...request, body: `${request.body}&${request.body}` }),
  "a page of another site sends the request without a preflight": (_, request) => {
    const isJson = request.body?.startsWith("{") ?? false;
    const simple = isJson ? withHeader(request, "content-type", "text/plain") : request;
    return withHeader(simple, "sec-fetch-site", "cross-site");
  },
};

/** The case that a paragraph "When …:" names. */
export function caseOf(when: string): Case {
  for (const [pattern, makeCase] of written) {
    const [, found] = pattern.exec(when) ?? [];
    if (found !== undefined) return makeCase(found);
  }
  const named = cases[when];
  if (!named) throw new Error(`No case is named "${when}"`);
  return named;
}
