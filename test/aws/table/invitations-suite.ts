import { describe, expect, test } from "vitest";
import type { Account } from "../../../lib/core/account/account.ts";
import type { Invitation } from "../../../lib/core/invitations/invitation.ts";
import type { Backend } from "./backend.ts";
import { jobsOf, newAccount, someHash } from "./records.ts";

const weekMs = 604_800_000;

/** What every backend must do for invitations. */
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

    test("are found as they were put", async () => {
      const bound = await newInvitation({ emailHash: someHash(), validUntil: 1_700_000_000_001 });
      expect(await invitations().find(bound.hash)).toEqual(bound);
      const unbound = await newInvitation();
      expect(await invitations().find(unbound.hash)).toEqual(unbound);
      expect(await invitations().find(someHash())).toBeUndefined();
    });

    test("are deleted when they are revoked, which a repeat tells", async () => {
      const invitation = await newInvitation();
      expect(await invitations().revoke(invitation.hash)).toBe(true);
      expect(await isKept(invitation)).toBe(false);
      expect(await invitations().revoke(invitation.hash)).toBe(false);
    });

    test("go with the account that is made by them, bound to its address or to none", async () => {
      for (const isBound of [true, false]) {
        const account = newAccount();
        const invitation = await newInvitation(isBound ? { emailHash: account.emailHash } : {});
        expect(await use(invitation, account)).toBe("registered");
        expect([await isMade(account), await isKept(invitation)]).toEqual([true, false]);
      }
    });

    test.each<[string, () => Partial<Invitation>]>([
      ["ends now", () => ({ validUntil: now })],
      ["has ended, and is not cleaned up yet", () => ({ validUntil: now - 1 })],
      ["is for another address", () => ({ emailHash: someHash() })],
    ])("let nobody in by one that %s, and stay as they were", async (_, changes) => {
      const [account, invitation] = [newAccount(), await newInvitation(changes())];
      expect(await use(invitation, account)).toBe("invitation-invalid");
      expect([await isMade(account), await isKept(invitation)]).toEqual([false, true]);
    });

    test("let nobody in by one that is not there, or that was used", async () => {
      const invitation = await newInvitation();
      const [first, second] = [newAccount(), newAccount()];
      expect(await use({ hash: someHash(), validUntil: now + weekMs }, second)).toBe("invitation-invalid");
      expect(await use(invitation, first)).toBe("registered");
      expect(await use(invitation, second)).toBe("invitation-invalid");
      expect(await isMade(second)).toBe(false);
    });

    test("are judged before the claims: without one, nothing is learnt of an address or a name", async () => {
      const taken = newAccount({ username: `Taken-${someHash()}` });
      await accounts().register(taken, jobsOf(taken));
      const unknown = { hash: someHash(), validUntil: now + weekMs };
      const { username = "", emailHash } = taken;
      for (const claims of [{ emailHash }, { username }, { emailHash, username }])
        expect(await use(unknown, newAccount(claims))).toBe("invitation-invalid");
    });

    test("are left by who loses the address or the name", async () => {
      const taken = newAccount({ username: `Taken-${someHash()}` });
      await accounts().register(taken, jobsOf(taken));
      const invitation = await newInvitation();
      const { username = "", emailHash } = taken;
      expect(await use(invitation, newAccount({ emailHash }))).toBe("email-taken");
      expect(await use(invitation, newAccount({ username }))).toBe("username-taken");
      expect(await isKept(invitation)).toBe(true);
      expect(await use(invitation, newAccount())).toBe("registered");
    });

    test("are left by those who lose a race for one address, each with an invitation of their own", async () => {
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

    test("let one in of 64 who use one at the same time, each with an address of their own", async () => {
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

    test("are used up once by a registration that is repeated because its answer was lost", async () => {
      const [account, invitation] = [newAccount(), await newInvitation()];
      expect(await use(invitation, account)).toBe("registered");
      expect(await use(invitation, account)).toBe("registered");
      now += 2 * weekMs;
      expect(await use(invitation, account)).toBe("registered");
    });
  });
}
