import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { companionToken, hashToken, isUuid, randomIds, uuidV7 } from "../../../lib/core/shared/ids.ts";

const form = (version: 4 | 7) =>
  new RegExp(`^[0-9a-f]{8}-[0-9a-f]{4}-${version}[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`);

describe("ids", () => {
  // The example of RFC 9562, appendix A.6.
  test("lays out a UUIDv7 as the RFC does", () => {
    const random = Buffer.from("0cc318c4dc0c0c07398f", "hex");
    expect(uuidV7(0x017f22e279b0, random)).toBe("017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
  });

  test.each([
    ["nothing but zeros", Buffer.alloc(10, 0x00), "00000000-0001-7000-8000-000000000000"],
    ["nothing but ones", Buffer.alloc(10, 0xff), "00000000-0001-7fff-bfff-ffffffffffff"],
  ])("sets version and variant of a UUIDv7 whose random bytes are %s", (_, random, id) => {
    expect(uuidV7(1, random)).toBe(id);
  });

  test("makes later UUIDv7s sort after earlier ones, as texts", () => {
    const random = [Buffer.alloc(10, 0xff), Buffer.alloc(10, 0x00)];
    const times = [0, 1, 255, 256, 65_535, 65_536, Date.UTC(2026, 0), Date.UTC(2026, 0) + 1, 2 ** 48 - 1];
    const ids = times.map((time, position) => uuidV7(time, random[position % 2] as Buffer));
    expect([...ids].sort()).toEqual(ids);
  });

  test("puts the current time into a new UUIDv7", () => {
    const before = Date.now();
    const id = randomIds.uuidV7();
    const time = Number.parseInt(id.replaceAll("-", "").slice(0, 12), 16);
    expect(id).toMatch(form(7));
    expect(time).toBeGreaterThanOrEqual(before);
    expect(time).toBeLessThanOrEqual(Date.now());
  });

  test("does not repeat ids and tokens", () => {
    const made = Array.from({ length: 1_000 }, () => [randomIds.uuidV7(), randomIds.token()]).flat();
    expect(new Set(made).size).toBe(2_000);
  });

  test("makes a token that is a UUIDv4", () => {
    expect(randomIds.token()).toMatch(form(4));
  });

  test("a token's companion looks like a token, is stable, and unique to it", () => {
    const [one, other] = [randomIds.token(), randomIds.token()];
    expect(companionToken(one)).toMatch(form(4));
    expect(companionToken(one)).toBe(companionToken(one));
    expect(companionToken(one)).not.toBe(companionToken(other));
  });

  test("a token's companion reveals neither its token nor the token's hash", () => {
    const token = randomIds.token();
    const companion = companionToken(token);
    expect(companionToken(companion)).not.toBe(token);
    expect(hashToken(companion)).not.toBe(hashToken(token));
    // The stored hash must not contain the companion either. Otherwise a reader of the table could disown every
    // account.
    const bare = companion.replaceAll("-", "");
    expect(hashToken(token).slice(0, 12)).not.toBe(bare.slice(0, 12));
  });

  test("hashes a token to SHA-256 in hex", () => {
    const token = "0189dcd5-5311-4d40-8db0-9496a2eef37b";
    expect(hashToken(token)).toBe(createHash("sha256").update(token).digest("hex"));
  });

  test.each([
    ["0189dcd5-5311-4d40-8db0-9496a2eef37b", true],
    ["0189DCD5-5311-4D40-8DB0-9496A2EEF37B", false],
    ["0189dcd553114d408db09496a2eef37b", false],
    ["{0189dcd5-5311-4d40-8db0-9496a2eef37b}", false],
    ["0189dcd5-5311-4d40-8db0-9496a2eef37", false],
    ["0189dcd5-5311-4d40-8db0-9496a2eef37b\n", false],
    [" 0189dcd5-5311-4d40-8db0-9496a2eef37b", false],
    ["0189dcd5-5311-4d40-8db0-9496a2eef37g", false],
    ["", false],
    ["ACCOUNT#x", false],
  ])("tells whether %j has the form of a UUID: %s", (text, expected) => {
    expect(isUuid(text)).toBe(expected);
  });
});
