import * as v from "valibot";
import { expect } from "vitest";
import { usernameSchema } from "../../../lib/core/account/username.ts";
import { mintInvitation } from "../../../lib/core/invitations/issue-invitation.ts";
import { register } from "../../../lib/core/registration/register.ts";
import { hashToken } from "../../../lib/core/shared/ids.ts";
import { emailOf, registrationOf } from "../../support/core-support.ts";
import { dayMs } from "./model.ts";
import * as rules from "./rules-sign-up.ts";
import { expectOutcome, fold, note, pick, type Step } from "./world.ts";

/* Steps of sign-ups, with and without a key or an invitation, and of administrators with invitations. */

const wrongInvitation = "0123456789abcdef0123456789abcdef";

/**
 * Signs up.
 * @param inviteAt The index of its invitation, if any. An unknown invitation is used while there is none.
 */
export function signUp(request: Omit<rules.SignUpRequest, "invite">, inviteAt: number | undefined): Step {
  const { contract, password, key } = request;
  const username = contract === "username" ? request.username : undefined;
  return {
    name: `sign up by ${contract}: ${request.email} ${password} ${username ?? ""} ${key ?? ""} invite ${inviteAt}`,
    cause: "signs up",
    async run(m, world) {
      const invite =
        inviteAt === undefined ? undefined : (m.invitations.at(inviteAt)?.invitation ?? wrongInvitation);
      const registration = { ...registrationOf({ contract, email: request.email, password }), invite };
      const named = username === undefined ? {} : { username: v.parse(usernameSchema([]), username) };
      const hidesTakenEmails = world.hidesTakenEmails && contract === "signup";
      const given = { ...registration, ...named } as Parameters<typeof register>[1];
      const made = await register({ ...world, hidesTakenEmails }, given, key);
      const asked = { ...request, email: fold(request.email), username, invite };
      const before = rules.recordFor(m, asked);
      const renewal = rules.renewalOf(m, asked);
      const expected = rules.signUpOutcome(m, asked);
      expectOutcome("sign up", made, expected);
      if (!made.ok) return;
      if (renewal) note("use a key again", renewal);
      const { id, email, profile } = made.value.view;
      expect(email).toBe(asked.email);
      if (expected === "ok, again") return expect(id).toBe(before?.id);
      expect(m.accounts.map((account) => account.id)).not.toContain(id);
      rules.signUp(m, asked, { id, fullName: profile.fullName, isForNobody: expected !== "ok" });
    },
  };
}

/**
 * Issues an invitation.
 * @param email The only email that may use it.
 */
export const invite = (email: string | undefined, days: number): Step => ({
  name: `invite ${email ?? "anybody"} for ${days} days`,
  async run(m, world) {
    const bound = email === undefined ? {} : { email: emailOf(email) };
    const { invitation } = await mintInvitation(world, { ...bound, days });
    const address = email === undefined ? undefined : fold(email);
    m.invitations.push({ invitation, address, validUntil: m.now + days * dayMs, isThere: true });
  },
});

export const revoke = (which: number): Step => ({
  name: `revoke invitation ${which}`,
  needs: (m) => m.invitations,
  async run(m, world) {
    const given = pick(m.invitations, which);
    expect(await world.invitations.revoke(hashToken(given.invitation))).toBe(given.isThere);
    note("revoke", given.isThere ? "ok" : "not there");
    given.isThere = false;
  },
});
