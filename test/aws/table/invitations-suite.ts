import { describe, expect, test } from "vitest";
import type { Account } from "../../../lib/core/account/account.ts";
import type { Invitation } from "../../../lib/core/invitations/invitation.ts";
import type { Backend } from "./backend.ts";
import { jobsOf, newAccount, someHash } from "./records.ts";

const weekMs = 604_800_000;

export function invitationsSuite(backend: Backend): void {
  describe(`invitations on ${backend.name}`, () => {
    const store = backend.start();
    let now = Date.now();
    const invitations = () => store.open().invitations;
    const accounts = () => store.open(() => now).accounts;

    async function newInvitation(changes: Partial<Invitation> = {}): Promise<Invitation> {
      const invitation = { hash: someHash(), validUntil: now + weekMs, ...changes };
      await invitations().put(invitation);
      return invitation;
    }
    const use = ({ hash }: Invitation, account: Account) =>
      accounts().register(account, jobsOf(account), { invitation: hash });
    const isKept = async ({ hash }: Invitation) => (await invitations().find(hash)) !== undefined;
    const isMade = async ({ id }: Account) => (await accounts().find(id)) !== undefined;

    test("finds an invitation unchanged", async () => {
      const bound = await newInvitation({ emailHash: someHash(), validUntil: 1_700_000_000_001 });
      expect(await invitations().find(bound.hash)).toEqual(bound);
      const unbound = await newInvitation();
      expect(await invitations().find(unbound.hash)).toEqual(unbound);
      expect(await invitations().find(someHash())).toBeUndefined();
    });

    test("deletes a revoked invitation, and says so when it is revoked again", async () => {
      const invitation = await newInvitation();
      expect(await invitations().revoke(invitation.hash)).toBe(true);
      expect(await isKept(invitation)).toBe(false);
      expect(await invitations().revoke(invitation.hash)).toBe(false);
    });

    test("uses up an invitation with its account, bound to an email or not", async () => {
      for (const isBound of [true, false]) {
        const account = newAccount();
        const invitation = await newInvitation(isBound ? { emailHash: account.emailHash } : {});
        expect(await use(invitation, account)).toBe("registered");
        expect([await isMade(account), await isKept(invitation)]).toEqual([true, false]);
      }
    });

    test.each<[string, () => Partial<Invitation>]>([
      ["expires now", () => ({ validUntil: now })],
      ["has expired but is still stored", () => ({ validUntil: now - 1 })],
      ["is for another email", () => ({ emailHash: someHash() })],
    ])("refuses an invitation that %s and keeps it", async (_, changes) => {
      const [account, invitation] = [newAccount(), await newInvitation(changes())];
      expect(await use(invitation, account)).toBe("invitation-invalid");
      expect([await isMade(account), await isKept(invitation)]).toEqual([false, true]);
    });

    test("refuses an unknown and a used invitation", async () => {
      const invitation = await newInvitation();
      const [first, second] = [newAccount(), newAccount()];
      expect(await use({ hash: someHash(), validUntil: now + weekMs }, second)).toBe("invitation-invalid");
      expect(await use(invitation, first)).toBe("registered");
      expect(await use(invitation, second)).toBe("invitation-invalid");
      expect(await isMade(second)).toBe(false);
    });

    test("checks invitations before claims, so that a caller without one learns nothing of emails and usernames", async () => {
      const taken = newAccount({ username: `Taken-${someHash()}` });
      await accounts().register(taken, jobsOf(taken));
      const unknown = { hash: someHash(), validUntil: now + weekMs };
      const { username = "", emailHash } = taken;
      for (const claims of [{ emailHash }, { username }, { emailHash, username }])
        expect(await use(unknown, newAccount(claims))).toBe("invitation-invalid");
    });

    test("keeps an invitation if the email or the username is taken", async () => {
      const taken = newAccount({ username: `Taken-${someHash()}` });
      await accounts().register(taken, jobsOf(taken));
      const invitation = await newInvitation();
      const { username = "", emailHash } = taken;
      expect(await use(invitation, newAccount({ emailHash }))).toBe("email-taken");
      expect(await use(invitation, newAccount({ username }))).toBe("username-taken");
      expect(await isKept(invitation)).toBe(true);
      expect(await use(invitation, newAccount())).toBe("registered");
    });

    test("keeps the invitations of callers that lose a race for one email", async () => {
      const { emailHash } = newAccount();
      const racers = await Promise.all(
        Array.from({ length: 8 }, async () => ({
          account: newAccount({ emailHash }),
          invitation: await newInvitation(),
        })),
      );
      const outcomes = await Promise.all(racers.map(({ account, invitation }) => use(invitation, account)));
      expect(outcomes.toSorted()).toEqual([...Array(7).fill("email-taken"), "registered"]);
      for (const [position, { account, invitation }] of racers.entries()) {
        const isWinner = outcomes[position] === "registered";
        expect([await isMade(account), await isKept(invitation)]).toEqual([isWinner, !isWinner]);
      }
    });

    test("accepts one of 64 parallel sign-ups with one invitation", async () => {
      const invitation = await newInvitation();
      const racers = Array.from({ length: 64 }, () => newAccount());
      const outcomes = await Promise.all(racers.map((account) => use(invitation, account)));
      expect(outcomes.filter((outcome) => outcome === "registered")).toHaveLength(1);
      expect(outcomes.filter((outcome) => outcome === "invitation-invalid")).toHaveLength(63);
      const made = await Promise.all(racers.map(isMade));
      expect(made).toEqual(outcomes.map((outcome) => outcome === "registered"));
      const claims = await Promise.all(
        racers.map(async ({ emailHash }) => accounts().findIdByEmail(emailHash)),
      );
      expect(claims.filter((id) => id !== undefined)).toHaveLength(1);
    });

    test("uses up an invitation once if its registration is repeated after a lost answer", async () => {
      const [account, invitation] = [newAccount(), await newInvitation()];
      expect(await use(invitation, account)).toBe("registered");
      expect(await use(invitation, account)).toBe("registered");
      now += 2 * weekMs;
      expect(await use(invitation, account)).toBe("registered");
    });
  });
}
