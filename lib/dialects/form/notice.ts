import { limits } from "../../core/shared/limits.ts";
import { paths } from "../../core/shared/paths.ts";
import type { Cookie, DialectRequest } from "../../http/dialect.ts";

const name = "__Secure-notice";

/** Notices of the login page, by the cookie's value. The value itself is never shown. */
const notices = {
  "signed-up":
    "Your account is ready. You can log in now. A link to confirm your e-mail address is on its way to your inbox.",
};

const cookie = (value: keyof typeof notices | "", maxAgeSeconds: number): Cookie => ({
  name,
  value,
  path: paths.login,
  sameSite: "Lax",
  maxAgeSeconds,
});

/** Makes the login page say that the account is ready. */
export const signedUpCookie = cookie("signed-up", limits.noticeSeconds);

/** Removes the notice after it was shown. */
export const noNoticeCookie = cookie("", 0);

/** The notice that the request's cookie selects, if any. */
export function noticeOf({ cookies }: DialectRequest): string | undefined {
  const value = cookies.get(name) ?? "";
  return Object.hasOwn(notices, value) ? notices[value as keyof typeof notices] : undefined;
}
