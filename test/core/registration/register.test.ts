import { createHash } from "node:crypto";
import bcrypt from "bcryptjs";
import { describe, expect, test } from "vitest";
import { register } from "../../../lib/core/registration/register.ts";
import { isUuid } from "../../../lib/core/shared/ids.ts";
import {
  ordersOf,
  registrationOf,
  registrationPorts,
  signUp,
  storedAccount,
} from "../../support/core-support.ts";
import { fault, faultOf, memoryPorts, type Operation } from "../../support/memory/ports.ts";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

describe("registration", () => {
  test("a registration requests before hashing, commits once, and waits for no mail or home", async () => {
    const memory = memoryPorts();
    await signUp(memory);
    expect(memory.calls).toEqual(["cipher.encryptEmail", "numbers.take", "accounts.register"]);
  });

  test("stores an account without any field that its caller may not set", async () => {
    const memory = memoryPorts();
    const { email, ...registered } = await signUp(memory, { email: "Ada@Example.com" });
    const stored = storedAccount(memory, registered.id);
    expect(email).toBe("ada@example.com");
    expect(stored).toEqual(registered);
    expect(stored).toEqual({
      home: "id",
      id: expect.toSatisfy(isUuid),
      number: 1,
      contract: "signup",
      emailHash: sha256("ada@example.com"),
      emailCiphertext: expect.any(Uint8Array),
      passwordHash: expect.stringMatching(/^\$2[ab]\$04\$/),
      role: "user",
      isActive: true,
      isVerified: false,
      epoch: 0,
      profile: { fullName: "Ada Lovelace", speakingLanguage: "en", listeningLanguage: "fr" },
      createdAt: "2026-03-14T12:00:00.000Z",
    });
    expect(memory.store.claims).toEqual(new Map([[sha256("ada@example.com"), registered.id]]));
  });

  // CVE-2026-27946, CVE-2025-61928: a caller set its own verified flag, role or id.
  test("stores no field that a schema lets through besides those of a sign-up", async () => {
    const memory = memoryPorts();
    const forged = { id: "forged", isVerified: true, isActive: false, epoch: 7, emailHash: "forged" };
    const result = await register(registrationPorts(memory), { ...registrationOf(), ...forged });
    const [stored] = memory.store.accounts.values();
    expect(result).toMatchObject({ ok: true });
    expect(stored).toMatchObject({ isVerified: false, isActive: true, epoch: 0 });
    expect(JSON.stringify(stored)).not.toContain("forged");
  });

  test("a registration queues one verification mail and one home, naming only the account", async () => {
    const memory = memoryPorts();
    const { id: accountId } = await signUp(memory);
    expect(ordersOf(memory)).toEqual([
      { kind: "verify-email", accountId },
      { kind: "make-home", accountId },
    ]);
    expect([...memory.store.jobs.keys()].map((key) => key.split("#")[0])).toEqual([
      "mail",
      "effects",
      "effects",
    ]);
    expect(new Set(memory.store.jobs.keys()).size).toBe(3);
  });

  test("a registration stores neither the address nor the password in the clear", async () => {
    const memory = memoryPorts();
    const { id } = await signUp(memory, { email: "canary-address@example.com", password: "canary-password" });
    const stored = JSON.stringify([...memory.store.accounts, ...memory.store.claims, ...memory.store.jobs]);
    const { emailCiphertext, passwordHash } = storedAccount(memory, id);
    expect(stored).not.toContain("canary");
    expect(Buffer.from(emailCiphertext).toString("latin1")).not.toContain("canary");
    expect(await memory.cipher.decryptEmail(id, emailCiphertext)).toBe("canary-address@example.com");
    expect(await bcrypt.compare("canary-password", passwordHash)).toBe(true);
  });

  test("encrypts an address for its account only", async () => {
    const memory = memoryPorts();
    const one = await signUp(memory, { email: "one@example.com" });
    const two = await signUp(memory, { email: "two@example.com" });
    await expect(memory.cipher.decryptEmail(two.id, one.emailCiphertext)).rejects.toThrow(
      "InvalidCiphertextException",
    );
  });

  test("gives each account its own, growing number", async () => {
    const memory = memoryPorts();
    const numbers = [];
    for (const name of ["one", "two", "three"])
      numbers.push((await signUp(memory, { email: `${name}@example.com` })).number);
    expect(numbers).toEqual([1, 2, 3]);
  });

  // aws-amplify/amplify-js #3949: accounts that differ only by letter case.
  test.each([
    ["the same address", "ada@example.com"],
    ["capitals", "ADA@EXAMPLE.COM"],
    ["white space", " ada@example.com "],
    ["full-width letters", "ａｄａ@example.com"],
  ])("refuses a taken address: %s", async (_, email) => {
    const memory = memoryPorts();
    const first = await signUp(memory);
    const before = structuredClone(memory.store);
    const result = await register(
      registrationPorts(memory),
      registrationOf({ email, password: "another-password" }),
    );
    expect(result).toEqual({ ok: false, refusal: { code: "email-taken" } });
    expect(memory.store).toEqual(before);
    expect(storedAccount(memory, first.id).passwordHash).toBe(first.passwordHash);
  });

  test("refuses an address taken through another contract", async () => {
    const memory = memoryPorts();
    await signUp(memory, { contract: "signup" });
    const result = await register(registrationPorts(memory), registrationOf({ contract: "users" }));
    expect(result).toEqual({ ok: false, refusal: { code: "email-taken" } });
  });

  // openauthjs/openauth storage/dynamo, better-auth #4039, fastapi-users #1388: a lookup before a put, so that racing
  // sign-ups made two accounts. supabase/auth PR 2712: the loser of the race got a server error.
  test("accepts exactly one of simultaneous sign-ups with one address, refusing the others as taken", async () => {
    const memory = memoryPorts();
    const attempts = Array.from({ length: 8 }, (_, position) =>
      register(
        registrationPorts(memory),
        registrationOf({
          email: position % 2 ? "Ada@example.com" : "ada@example.com",
          contract: position % 3 ? "users" : "signup",
        }),
      ),
    );
    const results = await Promise.all(attempts);
    const refusals = results.flatMap((result) => (result.ok ? [] : [result.refusal.code]));
    expect(refusals).toEqual(Array(7).fill("email-taken"));
    expect(memory.store.accounts.size).toBe(1);
    expect(memory.store.claims.size).toBe(1);
    expect(memory.store.jobs.size).toBe(3);
  });

  test.each<Operation>([
    "cipher.encryptEmail",
    "numbers.take",
    "accounts.register",
  ])("a registration throws a fault of %s unchanged, and stores nothing", async (operation) => {
    const memory = memoryPorts();
    memory.before(operation, fault(operation));
    await expect(signUp(memory)).rejects.toEqual(faultOf(operation));
    expect(memory.store.accounts.size + memory.store.claims.size + memory.store.jobs.size).toBe(0);
    await expect(signUp(memory)).resolves.toMatchObject({ email: "ada@example.com" });
  });

  // supabase/auth #1388, danilop/LambdAuth #28: a mail failure undid the sign-up, or its answer said so.
  test("a registration succeeds while mail, homes and one-time tokens are all down", async () => {
    const memory = memoryPorts();
    const away: Operation[] = ["mailer.send", "homes.make", "tokens.mint", "outbox.add", "limiter.hit"];
    for (const operation of away) memory.before(operation, fault(operation));
    await expect(signUp(memory)).resolves.toMatchObject({ isActive: true });
    expect(memory.store.jobs.size).toBe(3);
  });

  test("a registration does the same work for a taken and a free address", async () => {
    const memory = memoryPorts();
    await signUp(memory);
    const free = memory.calls.splice(0);
    await register(registrationPorts(memory), registrationOf());
    expect(memory.calls).toEqual(free);
  });
});
