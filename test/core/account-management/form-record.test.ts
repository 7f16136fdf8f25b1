import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { formRecordSchema, toFormRecord } from "../../../lib/core/account-management/form-record.ts";
import { newAccount } from "../../aws/table/records.ts";
import { emailOf } from "../../support/core-support.ts";

const email = emailOf("user@example.com");

describe("the record of the form contract", () => {
  test("a form record has its document's six fields, confirmed even for unverified addresses", () => {
    const account = newAccount({ contract: "form", isVerified: false });
    expect(toFormRecord(account, email)).toEqual({
      email: "user@example.com",
      confirmed: true,
      pwhash: account.passwordHash,
      lastlogin: "",
      createdon: account.createdAt,
      dongle: "",
    });
  });

  test("the form contract reads a record that it wrote", () => {
    const account = newAccount({ lastLoginAt: "2026-11-20T13:00:00.000Z" });
    expect(v.parse(formRecordSchema, toFormRecord(account, email))).toEqual({
      email,
      isActive: true,
      passwordHash: account.passwordHash,
      lastLoginAt: account.lastLoginAt,
      createdAt: account.createdAt,
    });
  });

  test("reads the form document's example, without anything that would verify the address", () => {
    const example = {
      email: "user@example.com",
      confirmed: true,
      pwhash: "$5$rounds=535000$...",
      lastlogin: "",
      createdon: "",
      dongle: "",
    };
    const read = v.parse(formRecordSchema, example);
    expect(read).toEqual({
      email,
      isActive: true,
      passwordHash: "$5$rounds=535000$...",
      lastLoginAt: undefined,
      createdAt: undefined,
    });
    expect(read).not.toHaveProperty("isVerified");
  });

  test.each([
    { email: "nobody" },
    { pwhash: "" },
    { pwhash: null },
    { confirmed: "yes" },
    { createdon: "yesterday" },
  ])("refuses a record of the form contract with %j", (change) => {
    const record = { ...toFormRecord(newAccount(), email), ...change };
    expect(v.is(formRecordSchema, record)).toBe(false);
  });
});
