import bcrypt from "bcryptjs";
import fc from "fast-check";
import * as v from "valibot";
import { describe, expect, test, vi } from "vitest";
import {
  hashPassword,
  isPassword,
  matchPassword,
  normalisePassword,
  passwordSchema,
  passwordWithSpecialSchema,
} from "../../../lib/core/passwords/password.ts";

const problemOf = (text: unknown) => {
  const result = v.safeParse(passwordSchema, text, { abortPipeEarly: true });
  return result.success ? "none" : result.issues[0].message;
};
const hash = (text: string) => hashPassword(v.parse(passwordSchema, text), 4);

describe("passwords", () => {
  test.each([
    ["8 letters", "none", "abdcefhg"],
    ["8 letters that many have", "password-common", "abcdefgh"],
    ["7 letters", "password-too-short", "abcdefg"],
    ["nothing", "password-too-short", ""],
    ["8 emoji, of two code units each", "none", "🦊".repeat(8)],
    ["7 emoji, 14 code units", "password-too-short", "🦊".repeat(7)],
    ["8 spaces", "password-blank", " ".repeat(8)],
    ["8 tabs", "password-blank", "\t".repeat(8)],
    ["8 zero-width spaces", "password-blank", "\u200b".repeat(8)],
    ["8 fillers of Hangul", "password-blank", "\u3164".repeat(8)],
    ["a tab and a zero-width joiner inside", "none", "qx\tvv\u200dzw1"],
    ["a family emoji", "none", "👨‍👩‍👧‍👦 qz"],
    // mattermost #36877, NIST SP 800-63B 3.1.1.2
    ["a common one in full width", "password-common", "ｐａｓｓｗｏｒｄ１"],
    ["a common one between spaces", "password-common", " password1\u200b"],
    ["8 accents that compose to 4 letters", "password-too-short", "e\u0301".repeat(4)],
    ["24 letters that normalise to twice the bytes", "password-too-long", "\u0958".repeat(24)],
    ["a line feed inside", "none", "line\nfeed"],
    // bcrypt ignores bytes after the 72nd, so two such passwords would be one.
    ["72 letters", "none", "a".repeat(72)],
    ["73 letters", "password-too-long", "a".repeat(73)],
    ["24 characters of three bytes", "none", "€".repeat(24)],
    ["25 characters of three bytes", "password-too-long", "€".repeat(25)],
    ["18 emoji, 72 bytes", "none", "🦊".repeat(18)],
    ["18 emoji and a letter", "password-too-long", `${"🦊".repeat(18)}a`],
    // bcryptjs 3 accepts "abcdefg1\0anything" for "abcdefg1".
    ["a NUL at the end", "password-characters", "abcdefgh\0"],
    ["a NUL inside", "password-characters", "abcdefg1\0abcdefg1"],
    ["a lone high surrogate", "password-characters", "abcdefgh\ud83e"],
    ["a lone low surrogate", "password-characters", "\udd8aabcdefgh"],
    ["surrogates the wrong way round", "password-characters", "abcdefgh\udd8a\ud83e"],
    ["a NUL in one that is too short", "password-characters", "\0"],
  ])("reports a password's problem, if any (%s: %s)", (_, problem, password) => {
    expect(problemOf(password)).toBe(problem);
  });

  test.each([
    [12345678],
    [null],
    [undefined],
    [["abcdefgh"]],
    [{ length: 8 }],
  ])("refuses %j as a password", (given) => {
    expect(problemOf(given)).not.toBe("none");
  });

  test("hashes a password by bcrypt at the given cost", async () => {
    expect(await hash("MyStr0ngP@ss!")).toMatch(/^\$2[ab]\$04\$[./A-Za-z0-9]{53}$/);
  });

  test.each([
    ["white space around it", " MyStr0ngP@ss! ", "MyStr0ngP@ss!"],
    ["capitals", "MyStr0ngP@ss!", "mystr0ngp@ss!"],
    ["the 72nd byte", `${"a".repeat(71)}b`, `${"a".repeat(71)}c`],
    ["the last emoji", `${"🦊".repeat(17)}🦊`, `${"🦊".repeat(17)}🦉`],
  ])("tells passwords apart by %s", async (_, password, other) => {
    const hashed = await hash(password);
    expect(await bcrypt.compare(password, hashed)).toBe(true);
    expect(await bcrypt.compare(other, hashed)).toBe(false);
  });

  test("makes two different hashes of one password", async () => {
    expect(await hash("MyStr0ngP@ss!")).not.toBe(await hash("MyStr0ngP@ss!"));
  });
});

test("comparing with a hash of lower cost does the work of today's cost", async () => {
  const compare = vi.spyOn(bcrypt, "compare");
  const stored = await bcrypt.hash("correct horse", 4);
  expect(await isPassword("correct horse", stored, 7)).toBe(true);
  const work = compare.mock.calls.map(([, hash]) => 2 ** bcrypt.getRounds(hash));
  expect(work.reduce((sum, one) => sum + one)).toBe(2 ** 7);
  compare.mockRestore();
});

// openauthjs/openauth, supabase GoTrue: an unknown address was answered sooner.
describe("a comparison of passwords", () => {
  test.each([
    ["with a hash", "correct horse", "$2b$04$abcdefghijklmnopqrstuuJ8gA5Tq0tq3oMhUeX4rE0yB8YzVqW3a"],
    ["without a hash", "correct horse", undefined],
    [
      "for a password with NUL",
      "abcdefg1\0abcdefg1",
      "$2b$04$abcdefghijklmnopqrstuuJ8gA5Tq0tq3oMhUeX4rE0yB8YzVqW3a",
    ],
    ["for a password longer than bcrypt reads", "a".repeat(73), undefined],
  ])("a comparison of passwords costs one run of bcrypt %s", async (_, text, stored) => {
    const compare = vi.spyOn(bcrypt, "compare");
    expect(await isPassword(text, stored, 4)).toBe(false);
    expect(compare).toHaveBeenCalledOnce();
    // bcryptjs answers at once if the hash does not have 60 characters.
    expect(compare.mock.calls[0]?.[1]).toMatch(/^\$2b\$04\$[./A-Za-z0-9]{53}$/);
    compare.mockRestore();
  });

  test("a comparison without a hash costs as much as one with the set cost", async () => {
    const compare = vi.spyOn(bcrypt, "compare");
    await isPassword("correct horse", undefined, 5);
    expect(compare.mock.calls[0]?.[1]).toMatch(/^\$2b\$05\$/);
    compare.mockRestore();
  });

  // bcrypt and bcryptjs 3 compare only the first 72 bytes, and accept a password, NUL and the password again.
  test.each([
    ["a right password of 72 bytes with more after it", "a".repeat(72), `${"a".repeat(72)}b`],
    ["a password, NUL and itself again", "abcdefg1", "abcdefg1\0abcdefg1"],
  ])("refuses %s, though bcrypt accepts it", async (_, password, typed) => {
    const stored = await bcrypt.hash(password, 4);
    expect(await bcrypt.compare(typed, stored)).toBe(true);
    expect(await isPassword(typed, stored, 4)).toBe(false);
    expect(await isPassword(password, stored, 4)).toBe(true);
  });
});

// synapse #3306, keycloak #37945: Firefox on macOS types accents decomposed, and most others composed.
describe("a password that normalising changes", () => {
  const composed = "Caf\u00e9 au lait";
  const decomposed = "Cafe\u0301\u00a0au\u2003lait";

  test("a password that normalising changes matches its hash from another keyboard", async () => {
    const stored = await hash(decomposed);
    expect(await bcrypt.compare(composed, stored)).toBe(true);
    for (const typed of [composed, decomposed])
      expect(await matchPassword(typed, stored, 4)).toBe("normalised");
    expect(await matchPassword("Cafe au lait", stored, 4)).toBe("none");
  });

  test("a password matches its hash as typed, from before passwords were normalised", async () => {
    const stored = await bcrypt.hash(decomposed, 4);
    expect(await matchPassword(decomposed, stored, 4)).toBe("as-typed");
    expect(await matchPassword(composed, stored, 4)).toBe("none");
  });

  test("a password beyond 72 bytes as typed is wrong, though bcrypt takes its beginning", async () => {
    const long = "e\u0301".repeat(25);
    const stored = await bcrypt.hash(long, 4);
    expect(await bcrypt.compare(long, stored)).toBe(true);
    expect(await matchPassword(long, stored, 4)).toBe("none");
  });

  test.each([
    ["an unknown account", undefined],
    ["a hash of the normalised text", composed],
    ["a hash of the text as typed", decomposed],
    ["a hash of another password", "another password"],
  ])("a password that normalising changes costs two runs of bcrypt with %s", async (_, hashed) => {
    const stored = hashed && (await bcrypt.hash(hashed, 4));
    const compare = vi.spyOn(bcrypt, "compare");
    await isPassword(decomposed, stored, 4);
    expect(compare).toHaveBeenCalledTimes(2);
    compare.mockRestore();
  });

  test("a combining mark alone does not count as a password's special character", () => {
    const isSpecial = (text: string) => v.safeParse(passwordWithSpecialSchema, text).success;
    // A mark that composes with nothing.
    expect(isSpecial("abcdqxz\u0301")).toBe(false);
    expect(isSpecial("abcdqxz\u0301!")).toBe(true);
  });

  test("normalising a password once is enough, and adds no refused character", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (typed) => {
        const once = normalisePassword(typed);
        expect(normalisePassword(once)).toBe(once);
        const refused = /[\0\ufffd]|\p{Cs}/u;
        expect(refused.test(once)).toBe(refused.test(typed));
      }),
      { numRuns: 3_000 },
    );
  });
});
