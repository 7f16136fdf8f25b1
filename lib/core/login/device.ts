import { createHmac, timingSafeEqual } from "node:crypto";
import { type Account, passwordIdOf } from "../account/account.ts";
import type { Ids } from "../shared/ids.ts";

/*
 * A browser keeps a device token after a login, and from then on has its own count of wrong passwords. So a stranger's
 * wrong passwords for an address do not lock its owner out. Nothing of the token is stored. It is
 * `<random>.<HMAC-SHA-256 of account id and random, keyed with the id of the account's password>`. So it is valid for
 * one account, until its password changes. Source: OWASP, "Slow Down Online Guessing Attacks with Device Cookies".
 */

/** Makes the token of a browser that has just logged in to this account. */
export function makeDevice(account: Account, ids: Pick<Ids, "token">): string {
  const random = ids.token();
  return `${random}.${sign(account, random)}`;
}

/** Tells whether a token was made for this account, under its current password. */
export function isDeviceOf(account: Account, device: string): boolean {
  // The whole text is compared, because attempts are counted under it. So nothing can be added to a valid token.
  const [random = ""] = device.split(".", 1);
  const expected = Buffer.from(`${random}.${sign(account, random)}`);
  const given = Buffer.from(device);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function sign(account: Account, random: string): string {
  return createHmac("sha256", passwordIdOf(account))
    .update(`device:${account.id}:${random}`)
    .digest("base64url");
}
