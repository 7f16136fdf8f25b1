import { limits } from "../../core/shared/limits.ts";
import { paths } from "../../core/shared/paths.ts";
import type { Cookie, DialectRequest } from "../../http/dialect.ts";

const name = "__Secure-notice";

/** What the login page can be asked to say, by the cookie's value: nothing that a cookie holds is ever shown itself. */
const notices = {
  "signed-up":
    "Your account is ready: log in. A mail with a link that confirms your e-mail address is on its way.",
};

const cookie = (value: keyof typeof notices | "", maxAgeSeconds: number): Cookie => ({
  name,
  value,
  path: paths.login,
  sameSite: "Lax",
  maxAgeSeconds,
});

/** Has the login page say that somebody has signed up. */
export const signedUpCookie = cookie("signed-up", limits.noticeSeconds);

/** Takes the notice out once it was shown. */
export const noNoticeCookie = cookie("", 0);

/** What the login page has to say; undefined if nothing. */
export function noticeOf({ cookies }: DialectRequest): string | undefined {
  const value = cookies.get(name) ?? "";
  return Object.hasOwn(notices, value) ? notices[value as keyof typeof notices] : undefined;
}
