import { createHmac, timingSafeEqual } from "node:crypto";
import type { Account } from "../account/account.ts";
import type { Ids } from "../shared/ids.ts";

/*
 * A browser in which somebody has logged in keeps a device token, and has a count of wrong passwords of its own from then
 * on: a stranger who fills the count of an address does not shut its owner out. Nothing is stored of it. The token is
 * `<random>.<HMAC-SHA-256 of account id and random, keyed with the account's password hash>`, so it holds for one account
 * and until its password is changed.
 * Source: OWASP, "Slow Down Online Guessing Attacks with Device Cookies".
 */

/** Makes the token of a browser in which this account has just logged in. */
export function makeDevice(account: Account, ids: Pick<Ids, "token">): string {
  const random = ids.token();
  return `${random}.${sign(account, random)}`;
}

/** Whether a token was made for this account, under its present password. */
export function isDeviceOf(account: Account, device: string): boolean {
  // Compared whole: the whole text is what attempts are counted under, so nothing may be added to a good one.
  const [random = ""] = device.split(".", 1);
  const expected = Buffer.from(`${random}.${sign(account, random)}`);
  const given = Buffer.from(device);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function sign({ id, passwordHash }: Account, random: string): string {
  return createHmac("sha256", passwordHash).update(`device:${id}:${random}`).digest("base64url");
}
