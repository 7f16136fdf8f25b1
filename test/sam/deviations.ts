/** A request that `sam local` answers differently from API Gateway. The local runner follows API Gateway. */
export interface Deviation {
  /** As in docs/operations.md. */
  readonly request: string;
  readonly path: string;
  readonly sent: RequestInit;
  readonly sam: number;
  readonly gateway: number;
}

const json = { "content-type": "application/json" };

/** All known deviations of SAM. sam.test.ts asserts each, and docs/operations.md has this table. */
export const deviations: readonly Deviation[] = [
  { request: "an unknown path", path: "/nothing", sent: {}, sam: 403, gateway: 404 },
  { request: "an unknown method", path: "/register", sent: { method: "PUT" }, sam: 403, gateway: 404 },
  { request: "HEAD", path: "/register", sent: { method: "HEAD" }, sam: 502, gateway: 404 },
  {
    request: "a body that is not UTF-8",
    path: "/api/v1/auth/signup",
    sent: { method: "POST", headers: json, body: new Uint8Array([0x7b, 0xff]) },
    sam: 502,
    gateway: 400,
  },
  {
    request: "a preflight without `allowedOrigins`",
    path: "/api/v1/auth/signup",
    sent: {
      method: "OPTIONS",
      headers: { origin: "https://app.example.com", "access-control-request-method": "POST" },
    },
    sam: 403,
    gateway: 204,
  },
  {
    request: "a slash behind a path",
    path: "/api/v1/auth/signup/",
    sent: { method: "POST", headers: json, body: "{}" },
    sam: 400,
    gateway: 404,
  },
];
