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

/** Makes an invitation; the address is one that it is bound to. */
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

/** Accounts, claims, jobs and invitations: all that a sign-up may write. */
const written = ({ store }: MemoryPorts) =>
  structuredClone([store.accounts, store.claims, store.usernames, store.jobs, store.invitations]);

/** Everything that an invitation may be that does not count for ada@example.com. */
const causes: [string, (memory: MemoryPorts) => Promise<string | undefined>][] = [
  ["missing", async () => undefined],
  ["empty", async () => ""],
  // CVE-2026-1529 (Keycloak): the token of an invitation was believed, though nobody had made it.
  ["unknown", async () => randomIds.invitation()],
  ["no invitation at all", async () => "x".repeat(5_000)],
  // What is stored does not admit its reader.
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
  // CVE-2026-41902 (FreeScout): invitations never ran out; CVE-2025-64708 (authentik): only cleaning up ended them.
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
  // better-auth #5183: somebody else's invitation let anybody in.
  ["for another address", (memory) => invitationOf(memory, { email: "grace@example.com" })],
];

describe("an invitation", () => {
  test("is 128 random bits, of which only the hash is stored, with a time at which it ends", async () => {
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

  // better-auth #1142, kanbn/kan #411: with sign-ups switched off, the invited could not sign up either.
  test.each([
    ["to nobody in particular", undefined],
    ["to this address, however it is spelled", " ADA@example.com"],
  ])("lets in who brings it, once: %s", async (_, email) => {
    const memory = memoryPorts();
    const invitation = await invitationOf(memory, email === undefined ? {} : { email });
    memory.step(7 * dayMs - 1);
    expect(await signUpWith(memory, invitation)).toMatchObject({ ok: true });
    expect(memory.store.invitations.size).toBe(0);
    expect(await signUpWith(memory, invitation, { email: "other@example.com" })).toEqual(refused);
  });

  test("verifies no address and gives no role, even if it is bound to the address", async () => {
    const memory = memoryPorts();
    const result = await signUpWith(memory, await invitationOf(memory, { email: "ada@example.com" }));
    if (!result.ok) throw new Error("refused");
    expect(storedAccount(memory, result.value.view.id)).toMatchObject({ isVerified: false, role: "user" });
    expect(JSON.stringify([...memory.store.accounts])).not.toMatch(/invit/i);
  });

  test.each(causes)("that is %s is answered like any other, and nothing is written", async (_, invite) => {
    const memory = memoryPorts();
    const brought = await invite(memory);
    const before = written(memory);
    memory.calls.length = 0;
    expect(await signUpWith(memory, brought)).toEqual(refused);
    // The same work whatever the cause, and none of the costly kind.
    expect(memory.calls).toEqual(["invitations.find"]);
    expect(written(memory)).toEqual(before);
  });

  test.each(causes)("that is %s tells nothing about an address that is taken", async (_, invite) => {
    const memory = memoryPorts();
    await signUp(memory);
    const brought = await invite(memory);
    memory.calls.length = 0;
    expect(await signUpWith(memory, brought)).toEqual(refused);
    expect(memory.calls).toEqual(["invitations.find"]);
  });

  test("is not used up by a sign-up with an address that is taken", async () => {
    const memory = memoryPorts();
    await signUp(memory);
    const invitation = await invitationOf(memory);
    const result = await signUpWith(memory, invitation);
    expect(result).toEqual({ ok: false, refusal: { code: "email-taken" } });
    expect(await signUpWith(memory, invitation, { email: "other@example.com" })).toMatchObject({ ok: true });
  });

  test("is not used up by who loses the race for an address", async () => {
    const memory = memoryPorts();
    const invitations = [await invitationOf(memory), await invitationOf(memory)];
    const results = await Promise.all(invitations.map((invitation) => signUpWith(memory, invitation)));
    expect(results.map(({ ok }) => ok).sort()).toEqual([false, true]);
    const loser = results.findIndex(({ ok }) => !ok);
    expect(results[loser]).toEqual({ ok: false, refusal: { code: "email-taken" } });
    expect([...memory.store.invitations.keys()]).toEqual([sha256(invitations[loser] as string)]);
  });

  test("lets one in of 64 who use it at the same time", async () => {
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

  test("that ends or is revoked while the password is hashed counts no more", async () => {
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
  )("is used up if and only if there is an account, when a sign-up dies %s %s", async (when, step) => {
    const memory = memoryPorts();
    const invitation = await invitationOf(memory);
    memory[when](step, () => {
      throw new Error("died");
    });
    await expect(signUpWith(memory, invitation)).rejects.toThrow("died");
    expect(memory.store.accounts.size + memory.store.invitations.size).toBe(1);
  });

  test("is kept for the second try of a sign-up whose home's name is held", async () => {
    const memory = memoryPorts();
    memory.store.homeClaims.set("home/ada@example.com/", "somebody");
    const invitation = await invitationOf(memory);
    expect(await signUpWith(memory, invitation, { contract: "form" })).toMatchObject({
      ok: true,
      value: { account: { home: "id" } },
    });
    expect(memory.store.invitations.size).toBe(0);
  });

  test("is neither asked for nor looked at where sign-ups are open", async () => {
    const memory = memoryPorts();
    const invitation = await invitationOf(memory);
    memory.calls.length = 0;
    const open = registrationPorts(memory, "open");
    expect(await register(open, { ...registrationOf(), invite: invitation })).toMatchObject({ ok: true });
    expect(memory.calls).not.toContain("invitations.find");
    expect(memory.store.invitations.size).toBe(1);
  });
});
