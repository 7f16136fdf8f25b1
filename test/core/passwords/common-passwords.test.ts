import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { form } from "../../../functions/register-form/dialect.ts";
import { signup } from "../../../functions/register-signup/dialect.ts";
import { token } from "../../../functions/register-token/dialect.ts";
import { username } from "../../../functions/register-username/dialect.ts";
import { users } from "../../../functions/register-users/dialect.ts";
import {
  buckets,
  entriesAt,
  entryBytes,
  isCommonPassword,
  startBytes,
} from "../../../lib/core/passwords/common-passwords.ts";
import { packed } from "../../../lib/core/passwords/common-passwords-data.ts";

describe("the common passwords", () => {
  test("lists the 38,452 of the 100,000 most common passwords that are long enough", () => {
    const list = Buffer.from(packed, "base64");
    const starts = Array.from({ length: buckets + 1 }, (_, bucket) => list.readUInt16BE(bucket * startBytes));
    expect(starts).toEqual(starts.toSorted((a, b) => a - b));
    expect(starts.at(0)).toBe(0);
    expect(starts.at(-1)).toBe(38_452);
    expect(list.length).toBe(entriesAt + 38_452 * entryBytes);
  });

  // The first of the list, and some from all its parts up to the last.
  test.each([
    ["password", 2],
    ["12345678", 3],
    ["123456789", 5],
    ["qwertyuiop", 21],
    ["1234567890", 25],
    ["jennifer", 39],
    ["password1", 307],
    ["minecraft", 518],
    ["babygirl", 529],
    ["abcdefgh", 1_174],
    ["hamilton", 1_434],
    ["original", 4_401],
    ["iloveyou1", 7_073],
    ["lockdown", 9_371],
    ["abcdefg1", 14_150],
    ["20121991", 17_878],
    ["p@ssw0rd", 31_841],
    ["newpassword", 33_479],
    ["123as123", 34_513],
    ["12071997", 48_043],
    ["06101997", 74_439],
    ["29111961", 87_941],
    ["16051966", 99_132],
    ["07021957", 99_995],
    ["07021954", 99_996],
  ])("finds %s among the common passwords, of rank %i", (password) => {
    expect(isCommonPassword(password)).toBe(true);
  });

  test.each([
    "Password",
    "PASSWORD",
    "pAsSwOrD",
    "P@ssW0rd",
    "QWERTYuiop",
    "Iloveyou1",
    " password",
    "password\u200b",
    "ｐａｓｓｗｏｒｄ１",
  ])("finds %j among the common passwords, ignoring case, width and invisible ends", (password) => {
    expect(isCommonPassword(password)).toBe(true);
  });

  test.each([
    ["one with white space inside", "pass word"],
    ["two in a row", "passwordpassword1"],
    ["eight spaces", " ".repeat(8)],
    ["the longest", "a".repeat(72)],
    ["no Latin letters", "пароль🦊🦊🦊"],
    ["nothing", ""],
    ["the README's", "correct horse battery"],
    ["that of users' document", "ToGePiPower2025"],
    ["that of signup's document", "MyStr0ngP@ss!"],
  ])("does not find %s among the common passwords", (_, password) => {
    expect(isCommonPassword(password)).toBe(false);
  });

  test("takes at most two of 200,000 other passwords for common ones", () => {
    // One in 890,000 is expected. Each run has the same passwords.
    const others = Array.from({ length: 200_000 }, (_, index) =>
      createHash("sha256").update(`other ${index}`).digest("base64url").slice(0, 16),
    );
    expect(others.filter(isCommonPassword).length).toBeLessThanOrEqual(2);
  });
});

const contracts = {
  token,
  signup,
  users,
  username: username({ reserved: [], roles: ["user"] }),
  form: form("open"),
};

/** Decodes a contract's sign-up with a password. */
function decoded(contract: keyof typeof contracts, password: string) {
  const fields = { username: "ada", email: "ada@example.com", password, confirm_password: password };
  return contracts[contract].decode({
    fields,
    query: new URLSearchParams(),
    wantsJson: true,
    wantsPage: false,
    bearer: "",
    refreshToken: "",
    cookies: new Map(),
    parameters: {},
  });
}

const common = { code: "invalid", faults: [{ field: "password", problem: "password-common" }] };

describe.each(["token", "signup", "users", "username"] as const)("the %s contract", (contract) => {
  // These have a special character, which one of the contracts requires.
  test.each([
    "p@ssw0rd",
    "P@ssw0rd",
    "iloveyou!",
    "1QAZ@wsx",
  ])(`the ${contract} contract refuses %s as a password`, (password) => {
    expect(decoded(contract, password)).toEqual({ ok: false, refusal: common });
  });

  test.each([
    "p@ssw0rd of mine",
    "MyStr0ngP@ss!",
    "correct horse-battery",
  ])(`the ${contract} contract accepts %s as a password`, (password) => {
    expect(decoded(contract, password)).toMatchObject({ ok: true, value: { password } });
  });
});

test.each(["newpassword", "password", "P@ssw0rd"])("the form contract accepts %s", (password) => {
  expect(decoded("form", password)).toMatchObject({ ok: true, value: { password } });
});

test("reports a short common password as too short", () => {
  const faults = [{ field: "password", problem: "password-too-short" }];
  expect(decoded("users", "123456")).toEqual({ ok: false, refusal: { code: "invalid", faults } });
});
