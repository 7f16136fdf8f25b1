import type { SafeHtml } from "../core/shared/html.ts";
import { limits } from "../core/shared/limits.ts";
import type { RefusalCode, RefusalOf, RequestRefusalCode, Result } from "../core/shared/refusals.ts";
import { daySeconds } from "../core/shared/time.ts";

/** A request as a dialect sees it. It has neither the client's address nor the host, so that no dialect relies on them. */
export interface DialectRequest {
  /** The fields of the JSON object or form, by name. Empty if the endpoint takes no body. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly query: URLSearchParams;
  /** Decoded path parameters, by their names in the route's braces. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Whether the caller's Accept header names `application/json`. */
  readonly wantsJson: boolean;
  /** Whether the Accept header names `text/html`, as a browser's does for a link or a form. */
  readonly wantsPage: boolean;
  /** The token of `Authorization: Bearer`. Empty without one. */
  readonly bearer: string;
  /** The header `refresh-token`. Empty without one. */
  readonly refreshToken: string;
  /** The header `Idempotency-Key`, not yet validated. */
  readonly idempotencyKey?: string | undefined;
  /** Cookies by name. A cookie that was sent twice is left out, since an attacker may have planted one of the two. */
  readonly cookies: ReadonlyMap<string, string>;
}

/**
 * The header of a 401 from an endpoint that takes access tokens (RFC 9110 15.5.2). It reports an error only if the request
 * had a token (RFC 6750 3.1).
 */
export const bearerChallenge = ({ bearer }: DialectRequest) => ({
  "www-authenticate": bearer === "" ? "Bearer" : 'Bearer error="invalid_token"',
});

/** A cookie for the browser. Every cookie is `HttpOnly`, which hides it from scripts, and `Secure`. */
export interface Cookie {
  readonly name: string;
  /** Letters, digits, `-`, `_` and `.` only. */
  readonly value: string;
  readonly path: string;
  readonly sameSite: "Strict" | "Lax";
  /** 0 removes it. */
  readonly maxAgeSeconds: number;
}

const deviceName = "__Host-device";

/** The token of a browser that has logged in before. Empty without one. */
export const deviceOf = ({ cookies }: DialectRequest): string => cookies.get(deviceName) ?? "";

/** Keeps the device token in the browser. */
export const deviceCookie = (value: string): Cookie => ({
  name: deviceName,
  value,
  path: "/",
  sameSite: "Strict",
  maxAgeSeconds: limits.deviceDays * daySeconds,
});

const sessionName = "__Host-session";

/** The token of the browser's session. Empty without one. */
export const sessionOf = ({ cookies }: DialectRequest): string => cookies.get(sessionName) ?? "";

/** Keeps the session in the browser. 0 seconds remove it. Lax lets the browser send it with a link to `/account`. */
export const sessionCookie = (value: string, maxAgeSeconds = limits.sessionDays * daySeconds): Cookie => ({
  name: sessionName,
  value,
  path: "/",
  sameSite: "Lax",
  maxAgeSeconds,
});

/** The content of a page, without the product's frame around it. */
export interface PageContent {
  readonly title: string;
  readonly body: SafeHtml;
  /** Adds a link to the login page, if the deployment has one. */
  readonly leadsToLogin?: true;
}

/** An answer without the headers common to all answers: JSON, a page or a redirect. */
export type Reply = {
  readonly status: number;
  /** Headers of this answer only, in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly cookies?: readonly Cookie[];
} & ({ readonly json: unknown } | { readonly page: PageContent } | { readonly location: string });

/**
 * One endpoint's dialect. Pure functions read the request, write the success and write each refusal. A new refusal of the
 * core does not compile until every dialect that can meet it answers it.
 * @example
 * const greeting: Dialect<{ name: string }, { text: string }> = {
 *   body: "json",
 *   decode: ({ fields }) => validate(v.object({ name: v.string("wrong-type") }), fields),
 *   reply: (output) => ({ status: 200, json: output }),
 *   refusals: requestRefusals,
 * };
 */
export interface Dialect<Input, Output, Code extends RefusalCode = never> {
  /** `form-or-nothing` reads a missing body as an empty form. `none` ignores the body. */
  readonly body: "json" | "form" | "form-or-nothing" | "none";
  decode(request: DialectRequest): Result<Input, "invalid">;
  reply(output: Output, request: DialectRequest): Reply;
  readonly refusals: Refusals<Code | RequestRefusalCode>;
}

/** An answer for each refusal, by its code. */
export type Refusals<Code extends RefusalCode> = {
  readonly [C in Code]: (refusal: RefusalOf<C>, request: DialectRequest) => Reply;
};
