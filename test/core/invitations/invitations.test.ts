import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { isInvitation } from "../../../lib/core/invitations/invitation.ts";
import { mintInvitation } from "../../../lib/core/invitations/issue-invitation.ts";
import { register } from "../../../lib/core/registration/register.ts";
import { randomIds } from "../../../lib/core/shared/ids.ts";
import {
  dayMs,
  emailOf,
  registrationOf,
  registrationPorts,
  signUp,
  storedAccount,
} from "../../support/core-support.ts";
import { type MemoryPorts, memoryPorts, type Operation } from "../../support/memory/ports.ts";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

/** Makes an invitation, bound to the address if there is one. */
async function invitationOf(
  memory: MemoryPorts,
  { email, days = 7 }: { email?: string; days?: number } = {},
) {
  const terms = { days, ...(email !== undefined && { email: emailOf(email) }) };
  return (await mintInvitation(memory, terms)).invitation;
}

const signUpWith = (
  memory: MemoryPorts,
  invite: string | undefined,
  choices?: Parameters<typeof registrationOf>[0],
) => register(registrationPorts(memory, "by-invitation"), { ...registrationOf(choices), invite });

const refused = { ok: false, refusal: { code: "invitation-invalid" } };

/** Everything that a sign-up may write: accounts, claims, jobs and invitations. */
const written = ({ store }: MemoryPorts) =>
  structuredClone([store.accounts, store.claims, store.usernames, store.jobs, store.invitations]);

/** Every kind of invitation that is invalid for ada@example.com. */
const causes: [string, (memory: MemoryPorts) => Promise<string | undefined>][] = [
  ["missing", async () => undefined],
  ["empty", async () => ""],
  // CVE-2026-1529 (Keycloak): a forged invitation token was accepted.
  ["unknown", async () => randomIds.invitation()],
  ["no invitation at all", async () => "x".repeat(5_000)],
  // The stored hash does not let its reader in.
  ["the hash of one", async (memory) => sha256(await invitationOf(memory))],
  [
    "used",
    async (memory) => {
      const invitation = await invitationOf(memory);
      expect(await signUpWith(memory, invitation, { email: "first@example.com" })).toMatchObject({
        ok: true,
      });
      return invitation;
    },
  ],
  // CVE-2026-41902 (FreeScout): invitations never expired. CVE-2025-64708 (authentik): only the clean-up ended them.
  [
    "expired, and not cleaned up yet",
    async (memory) => {
      const invitation = await invitationOf(memory);
      memory.step(7 * dayMs);
      return invitation;
    },
  ],
  [
    "revoked",
    async (memory) => {
      const invitation = await invitationOf(memory);
      expect(await memory.invitations.revoke(sha256(invitation))).toBe(true);
      return invitation;
    },
  ],
  // better-auth #5183: an invitation for one person let any other in.
  ["for another address", (memory) => invitationOf(memory, { email: "grace@example.com" })],
];

describe("an invitation", () => {
  test("an invitation has 128 random bits, an expiry, and only its hash stored", async () => {
    const memory = memoryPorts();
    const ports = { ...memory, ids: randomIds };
    const one = await mintInvitation(ports, { days: 7 });
    const other = await mintInvitation(ports, { days: 1, email: emailOf("ada@example.com") });
    expect([one, other].map(({ invitation }) => isInvitation(invitation))).toEqual([true, true]);
    expect(one.invitation).not.toBe(other.invitation);
    expect(one.validUntil).toBe(memory.clock() + 7 * dayMs);
    const hashes = [one, other].map(({ invitation }) => sha256(invitation));
    expect([...memory.store.invitations.values()]).toEqual([
      { hash: hashes[0], validUntil: memory.clock() + 7 * dayMs },
      { hash: hashes[1], validUntil: memory.clock() + dayMs, emailHash: sha256("ada@example.com") },
    ]);
  });

  // better-auth #1142, kanbn/kan #411: with sign-ups switched off, invitees could not sign up either.
  test.each([
    ["bound to no address", undefined],
    ["bound to this address, in any spelling", " ADA@example.com"],
  ])("accepts an invitation once: %s", async (_, email) => {
    const memory = memoryPorts();
    const invitation = await invitationOf(memory, email === undefined ? {} : { email });
    memory.step(7 * dayMs - 1);
    expect(await signUpWith(memory, invitation)).toMatchObject({ ok: true });
    expect(memory.store.invitations.size).toBe(0);
    expect(await signUpWith(memory, invitation, { email: "other@example.com" })).toEqual(refused);
  });

  test("even a bound invitation neither verifies its address nor gives a role", async () => {
    const memory = memoryPorts();
    const result = await signUpWith(memory, await invitationOf(memory, { email: "ada@example.com" }));
    if (!result.ok) throw new Error("refused");
    expect(storedAccount(memory, result.value.view.id)).toMatchObject({ isVerified: false, role: "user" });
    expect(JSON.stringify([...memory.store.accounts])).not.toMatch(/invit/i);
  });

  test.each(
    causes,
  )("refuses an invitation that is %s like any other, and writes nothing", async (_, invite) => {
    const memory = memoryPorts();
    const brought = await invite(memory);
    const before = written(memory);
    memory.calls.length = 0;
    expect(await signUpWith(memory, brought)).toEqual(refused);
    // The work is equal for every cause, and never costly.
    expect(memory.calls).toEqual(["invitations.find"]);
    expect(written(memory)).toEqual(before);
  });

  test.each(
    causes,
  )("reveals nothing about a taken address with an invitation that is %s", async (_, invite) => {
    const memory = memoryPorts();
    await signUp(memory);
    const brought = await invite(memory);
    memory.calls.length = 0;
    expect(await signUpWith(memory, brought)).toEqual(refused);
    expect(memory.calls).toEqual(["invitations.find"]);
  });

  test("keeps the invitation of a sign-up with a taken address", async () => {
    const memory = memoryPorts();
    await signUp(memory);
    const invitation = await invitationOf(memory);
    const result = await signUpWith(memory, invitation);
    expect(result).toEqual({ ok: false, refusal: { code: "email-taken" } });
    expect(await signUpWith(memory, invitation, { email: "other@example.com" })).toMatchObject({ ok: true });
  });

  test("keeps the invitation of a sign-up that loses the race for an address", async () => {
    const memory = memoryPorts();
    const invitations = [await invitationOf(memory), await invitationOf(memory)];
    const results = await Promise.all(invitations.map((invitation) => signUpWith(memory, invitation)));
    expect(results.map(({ ok }) => ok).sort()).toEqual([false, true]);
    const loser = results.findIndex(({ ok }) => !ok);
    expect(results[loser]).toEqual({ ok: false, refusal: { code: "email-taken" } });
    expect([...memory.store.invitations.keys()]).toEqual([sha256(invitations[loser] as string)]);
  });

  test("accepts one of 64 simultaneous sign-ups with one invitation", async () => {
    const memory = memoryPorts();
    const invitation = await invitationOf(memory);
    const results = await Promise.all(
      Array.from({ length: 64 }, (_, position) =>
        signUpWith(memory, invitation, { email: `racer-${position}@example.com` }),
      ),
    );
    expect(results.filter(({ ok }) => ok)).toHaveLength(1);
    expect(results.filter(({ ok }) => !ok)).toEqual(Array(63).fill(refused));
    expect([memory.store.accounts.size, memory.store.claims.size, memory.store.jobs.size]).toEqual([1, 1, 3]);
  });

  test("refuses an invitation that expires or is revoked during the hashing", async () => {
    for (const end of [
      (memory: MemoryPorts) => memory.step(7 * dayMs),
      (memory: MemoryPorts) => memory.store.invitations.clear(),
    ]) {
      const memory = memoryPorts();
      const invitation = await invitationOf(memory);
      memory.before("accounts.register", () => end(memory));
      expect(await signUpWith(memory, invitation)).toEqual(refused);
      expect(memory.store.accounts.size).toBe(0);
    }
  });

  const steps: Operation[] = ["invitations.find", "cipher.encryptEmail", "numbers.take", "accounts.register"];

  test.each(
    steps.flatMap((step) => [["before", step] as const, ["after", step] as const]),
  )("a sign-up that dies %s %s uses its invitation up only with an account", async (when, step) => {
    const memory = memoryPorts();
    const invitation = await invitationOf(memory);
    memory[when](step, () => {
      throw new Error("died");
    });
    await expect(signUpWith(memory, invitation)).rejects.toThrow("died");
    expect(memory.store.accounts.size + memory.store.invitations.size).toBe(1);
  });

  test("keeps the invitation for a second try if the home's name is held", async () => {
    const memory = memoryPorts();
    memory.store.homeClaims.set("home/ada@example.com/", "somebody");
    const invitation = await invitationOf(memory);
    expect(await signUpWith(memory, invitation, { contract: "form" })).toMatchObject({
      ok: true,
      value: { account: { home: "id" } },
    });
    expect(memory.store.invitations.size).toBe(0);
  });

  test("a sign-up neither needs nor reads an invitation if sign-ups are open", async () => {
    const memory = memoryPorts();
    const invitation = await invitationOf(memory);
    memory.calls.length = 0;
    const open = registrationPorts(memory, "open");
    expect(await register(open, { ...registrationOf(), invite: invitation })).toMatchObject({ ok: true });
    expect(memory.calls).not.toContain("invitations.find");
    expect(memory.store.invitations.size).toBe(1);
  });
});
