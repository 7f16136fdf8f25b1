import { expect } from "vitest";
import type { AccountState } from "../../../lib/core/account/account-state.ts";
import { setState } from "../../../lib/core/account-management/administer.ts";
import { changeProfile } from "../../../lib/core/account-management/change-profile.ts";
import { deleteAccount } from "../../../lib/core/account-management/delete-account.ts";
import { changePassword } from "../../../lib/core/passwords/change-password.ts";
import type { NewPassword } from "../../../lib/core/passwords/password.ts";
import * as model from "./model.ts";
import * as rules from "./rules.ts";
import { expectOutcome, note, pick, type Step, withAccess } from "./world.ts";

/* Steps of owners with an access token, and of administrators. */

export const rename = (which: number, fullName: string) =>
  withAccess(`change the name to ${fullName}`, which, async (m, world, access) => {
    const expected = rules.accessOutcome(m, access);
    const change = { bearer: access.token, profile: { fullName } };
    expectOutcome("rename", await changeProfile(world, change), expected);
    if (expected === "ok") access.account.fullName = fullName;
  });

export const newPassword = (which: number, current: string, password: string) =>
  withAccess(
    `change the password ${current} to ${password}`,
    which,
    async (m, world, access) => {
      const { account } = access;
      const today = Math.floor(m.now / model.dayMs);
      const expected = rules.firstOf(
        () => rules.accessOutcome(m, access),
        () => rules.passwordOutcome(m, account, current),
        () => (current === password ? "password-same" : "ok"),
        () => (account.changedOn.filter((day) => day === today).length < 4 ? "ok" : "rate-limited"),
      );
      const change = { bearer: access.token, current, password: password as NewPassword };
      expectOutcome("change the password", await changePassword(world, change), expected);
      if (expected !== "ok") return;
      account.changedOn.push(today);
      model.setPassword(m, account, password);
      model.endAll(m, account, access.session);
      model.tell(account, "account.password-changed", access.session);
    },
    "changes the password",
  );

/** Guesses until further guesses are not checked. */
export const guess = (which: number): Step => {
  const once = newPassword(which, "no-one's Passw0rd", "MyStr0ngP@ss!");
  return {
    ...once,
    name: `guess with access token ${which}`,
    async run(m, world) {
      for (let tries = 0; tries < 5; tries++) await once.run(m, world);
    },
  };
};

export const goForGood = (which: number, password: string) =>
  withAccess(
    `delete the account, by ${password}`,
    which,
    async (m, world, access) => {
      const expected = rules.firstOf(
        () => rules.accessOutcome(m, access),
        () => rules.passwordOutcome(m, access.account, password),
      );
      expectOutcome("delete", await deleteAccount(world, { bearer: access.token, password }), expected);
      if (expected === "ok") model.makeGone(m, access.account);
    },
    "deletes it",
  );

const causes: Record<AccountState, string> = {
  active: "administrator enables it",
  disabled: "administrator disables it",
  deleted: "administrator deletes it",
};

export const administer = (which: number, state: AccountState): Step => ({
  name: `make account ${which} ${state}`,
  cause: causes[state],
  needs: (m) => m.accounts,
  async run(m, world) {
    const account = pick(m.accounts, which);
    const expected = account.isGone ? undefined : account.state !== state;
    expect(await setState(world, account.id, state)).toBe(expected);
    note("administer", `${expected ?? "gone"}`);
    if (!expected) return;
    account.state = state;
    model.tell(account, state === "active" ? "account.enabled" : "account.disabled");
    if (state === "active") {
      account.wasEnabled = true;
      model.giveWeek(m, account);
    } else {
      account.judgedAt = Number.POSITIVE_INFINITY;
      model.endAll(m, account);
    }
    if (state === "deleted") model.freeKey(m, account);
  },
});
