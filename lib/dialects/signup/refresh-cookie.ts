import { limits } from "../../core/shared/limits.ts";
import { daySeconds } from "../../core/shared/time.ts";
import type { Cookie, DialectRequest } from "../../http/dialect.ts";

const refreshName = "refresh_token";

/** The refresh token of a browser; empty without one, or with two. */
export const refreshTokenOf = ({ cookies }: DialectRequest): string => cookies.get(refreshName) ?? "";

/** Keeps a refresh token in the browser, which brings it to the endpoints below this path only. */
export const refreshCookie = (value: string, maxAgeSeconds = limits.sessionDays * daySeconds): Cookie => ({
  name: refreshName,
  value,
  path: "/api/v1/auth",
  sameSite: "Strict",
  maxAgeSeconds,
});

/** Takes it out again. */
export const noRefreshCookie = refreshCookie("", 0);
