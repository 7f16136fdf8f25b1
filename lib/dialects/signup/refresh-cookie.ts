import { limits } from "../../core/shared/limits.ts";
import { daySeconds } from "../../core/shared/time.ts";
import type { Cookie, DialectRequest } from "../../http/dialect.ts";

const refreshName = "refresh_token";

/** The browser's refresh token. Empty without one, or with two. */
export const refreshTokenOf = ({ cookies }: DialectRequest): string => cookies.get(refreshName) ?? "";

/** Keeps a refresh token in the browser, which sends it only to endpoints below this path. */
export const refreshCookie = (value: string, maxAgeSeconds = limits.sessionDays * daySeconds): Cookie => ({
  name: refreshName,
  value,
  path: "/api/v1/auth",
  sameSite: "Strict",
  maxAgeSeconds,
});

/** Removes the refresh token from the browser. */
export const noRefreshCookie = refreshCookie("", 0);
