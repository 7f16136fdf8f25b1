import type { SafeHtml } from "../core/shared/html.ts";
import { limits } from "../core/shared/limits.ts";
import type { RefusalCode, RefusalOf, RequestRefusalCode, Result } from "../core/shared/refusals.ts";
import { daySeconds } from "../core/shared/time.ts";

/** A request as a dialect sees it: no addresses, no host, nothing to be tempted by. */
export interface DialectRequest {
  /** The fields of the JSON object or form, by name; empty where the contract takes no body. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly query: URLSearchParams;
  /** What stands in the path where the route has a name in braces, by that name and decoded. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Whether the caller's Accept header names `application/json`. */
  readonly wantsJson: boolean;
  /** Whether it names `text/html`, as a browser's does when it follows a link or posts a form. */
  readonly wantsPage: boolean;
  /** The token of `Authorization: Bearer`; empty without one. */
  readonly bearer: string;
  /** The header `refresh-token`; empty without one. */
  readonly refreshToken: string;
  /** The header `Idempotency-Key`, of whatever form; undefined without one. */
  readonly idempotencyKey?: string | undefined;
  /** Cookies by name. One that was sent twice is left out: somebody may have planted the other. */
  readonly cookies: ReadonlyMap<string, string>;
}

/**
 * The header of a 401 where an access token is asked for (RFC 9110 15.5.2): it says that one which was sent is no good, and
 * nothing of an error where none was (RFC 6750 3.1).
 */
export const bearerChallenge = ({ bearer }: DialectRequest) => ({
  "www-authenticate": bearer === "" ? "Bearer" : 'Bearer error="invalid_token"',
});

/** A cookie to be kept by the browser, and never shown to a script: every one is `HttpOnly` and `Secure`. */
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

/** The token of a browser that has logged in before; empty without one. */
export const deviceOf = ({ cookies }: DialectRequest): string => cookies.get(deviceName) ?? "";

/** Keeps that token in the browser. */
export const deviceCookie = (value: string): Cookie => ({
  name: deviceName,
  value,
  path: "/",
  sameSite: "Strict",
  maxAgeSeconds: limits.deviceDays * daySeconds,
});

const sessionName = "__Host-session";

/** The token of the browser's session; empty without one. */
export const sessionOf = ({ cookies }: DialectRequest): string => cookies.get(sessionName) ?? "";

/** Keeps the session in the browser, or takes it out with 0 seconds. Lax, so that a link to `/account` finds it. */
export const sessionCookie = (value: string, maxAgeSeconds = limits.sessionDays * daySeconds): Cookie => ({
  name: sessionName,
  value,
  path: "/",
  sameSite: "Lax",
  maxAgeSeconds,
});

/** What a page shows inside the product's frame. */
export interface PageContent {
  readonly title: string;
  readonly body: SafeHtml;
  /** Leads on to the page to log in by, where this deployment has one. */
  readonly leadsToLogin?: true;
}

/** An answer before it has the headers that every answer has: JSON, a page for a browser, or another place to go to. */
export type Reply = {
  readonly status: number;
  /** Headers of this answer alone, in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly cookies?: readonly Cookie[];
} & ({ readonly json: unknown } | { readonly page: PageContent } | { readonly location: string });

/**
 * One endpoint's dialect, pure: how a request is read, how success is written, and how each refusal is written.
 * A refusal that is added to the core does not compile until every dialect that can meet it answers it.
 */
export interface Dialect<Input, Output, Code extends RefusalCode = never> {
  /** `form-or-nothing` takes a request without a body for an empty form; `none` looks at no body. */
  readonly body: "json" | "form" | "form-or-nothing" | "none";
  decode(request: DialectRequest): Result<Input, "invalid">;
  reply(output: Output, request: DialectRequest): Reply;
  readonly refusals: Refusals<Code | RequestRefusalCode>;
}

/** An answer for each refusal, by its code. */
export type Refusals<Code extends RefusalCode> = {
  readonly [C in Code]: (refusal: RefusalOf<C>, request: DialectRequest) => Reply;
};
