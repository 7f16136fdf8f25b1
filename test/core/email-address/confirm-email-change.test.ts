import { describe, expect, test } from "vitest";
import type { Account } from "../../../lib/core/account/account.ts";
import { hashEmail } from "../../../lib/core/account/email.ts";
import { setState } from "../../../lib/core/account-management/administer.ts";
import { deleteAccount } from "../../../lib/core/account-management/delete-account.ts";
import { exportAccount } from "../../../lib/core/account-management/export-account.ts";
import { openCancelLink } from "../../../lib/core/email-address/cancel-email-change.ts";
import { openEmailChangeLink } from "../../../lib/core/email-address/confirm-email-change.ts";
import { openLink, spendToken } from "../../../lib/core/email-address/verify-email.ts";
import { login } from "../../../lib/core/login/login.ts";
import { requestMail } from "../../../lib/core/mail/request-mail.ts";
import { attemptKeysOf } from "../../../lib/core/passwords/attempts.ts";
import type { NewPassword } from "../../../lib/core/passwords/password.ts";
import { openResetLink, resetPassword } from "../../../lib/core/passwords/reset-password.ts";
import { authenticate } from "../../../lib/core/sessions/authenticate.ts";
import { useSession } from "../../../lib/core/sessions/use-session.ts";
import { hashToken } from "../../../lib/core/shared/ids.ts";
import {
  applyEffects,
  emailOf,
  hourMs,
  minuteMs,
  resetTokenInMail,
  sendMails,
  signUp,
} from "../../support/core-support.ts";
import { asked, type EmailWorld, newEmail, oldEmail, password } from "../../support/email-change-support.ts";
import { fault, type MemoryPorts, type Operation } from "../../support/memory/ports.ts";

const refusal = (code: string) => ({ ok: false, refusal: expect.objectContaining({ code }) });
const done = { ok: true, value: undefined };
const newHash = hashEmail(emailOf(newEmail));
const oldHash = hashEmail(emailOf(oldEmail));

const logInWith = (memory: MemoryPorts, identifier: string) =>
  login({ ...memory, bcryptCost: 4 }, { identifier, password });

const alter = ({ memory, account, stored }: EmailWorld, changes: Partial<Account>) =>
  memory.store.accounts.set(account.id, { ...stored(), ...changes });

/** Expects no effect: address and claims are unchanged, and the token is still there. */
function expectUntouched({ memory, stored, account }: EmailWorld, token: string): void {
  expect(stored().emailHash).toBe(oldHash);
  expect(memory.store.claims.get(oldHash)).toBe(account.id);
  expect(memory.store.claims.get(newHash)).not.toBe(account.id);
  expect(memory.store.tokens.has(hashToken(token))).toBe(true);
}

describe("confirming a change of email", () => {
  test("confirming an email change moves address and claim, and spends the token", async () => {
    const world = await asked();
    const { memory, session, stored, account, orders } = world;
    const { pendingEmail, ...was } = stored();
    expect(await world.confirm(world.confirmToken, session.access)).toEqual(done);
    expect(stored()).toEqual({
      ...was,
      emailHash: newHash,
      emailCiphertext: pendingEmail?.emailCiphertext,
      epoch: 1,
    });
    expect([...memory.store.claims]).toEqual([[newHash, account.id]]);
    expect(memory.store.tokens.has(hashToken(world.confirmToken))).toBe(false);
    expect(orders()).toEqual([
      {
        kind: "email-changed",
        accountId: account.id,
        emailHash: oldHash,
        emailCiphertext: was.emailCiphertext,
      },
      expect.objectContaining({ kind: "announce", event: "account.email-changed" }),
    ]);
    expect(await logInWith(memory, newEmail)).toMatchObject({ ok: true, value: { id: account.id } });
    expect(await logInWith(memory, oldEmail)).toEqual(refusal("credentials-wrong"));
  });

  test("a confirmed email change notifies only the former address, even after a deletion", async () => {
    for (const isDeleted of [false, true]) {
      const world = await asked();
      const { memory, session, ports, subjectsTo } = world;
      await world.confirm(world.confirmToken, session.access);
      if (isDeleted) await deleteAccount(ports, { bearer: session.access, password });
      const seen = subjectsTo(newEmail).length;
      await sendMails(memory);
      expect(subjectsTo(oldEmail).at(-1)).toBe("Your e-mail address for Harbour was changed");
      // The deletion has a notice of its own, to the account's address at that time.
      expect(subjectsTo(newEmail)).toHaveLength(seen + (isDeleted ? 1 : 0));
      const notice = memory.store.mails.findLast(({ to }) => to === oldEmail);
      expect(JSON.stringify(notice)).not.toMatch(/new\.example|Lovelace|token/);
    }
  });

  // GHSA-2vg6-77g8-24mp: sessions outlived a change of the data that they began with.
  test("confirming an email change keeps the confirming token's session and ends all others", async () => {
    const world = await asked();
    const { memory, ports, session, logIn, loose } = world;
    const [other, ofNone] = [await logIn(), await loose()];
    expect(await world.confirm(world.confirmToken, session.access)).toEqual(done);
    expect(await authenticate(ports, session.access)).toMatchObject({ ok: true });
    expect(await useSession(memory, session.token, "users")).toBeDefined();
    for (const access of [other.access, ofNone])
      expect(await authenticate(ports, access)).toEqual(refusal("access-token-invalid"));
    expect(await useSession(memory, other.token, "users")).toBeUndefined();
  });

  test("confirming an email change by password or sessionless token ends every session", async () => {
    for (const byPassword of [false, true]) {
      const world = await asked();
      const { ports, session, loose } = world;
      const access = await loose();
      const outcome = byPassword
        ? world.confirmByPassword(world.confirmToken)
        : world.confirm(world.confirmToken, access);
      expect(await outcome).toEqual(done);
      for (const token of [session.access, access])
        expect(await authenticate(ports, token)).toEqual(refusal("access-token-invalid"));
    }
  });

  test("confirming an email change lifts the locks of the account's names and both addresses", async () => {
    const world = await asked();
    const { memory, stored } = world;
    const keys = [...attemptKeysOf(stored()), newHash];
    for (const key of keys.filter((one) => one !== keys[1]))
      for (let wrong = 0; wrong < 5; wrong++) await memory.attempts.begin(key);
    await world.confirmByPassword(world.confirmToken);
    expect(keys.filter((key) => memory.store.attempts.has(key))).toEqual([]);
  });

  test("confirming an email change needs the mailed token and the account's own login", async () => {
    const world = await asked();
    const stranger = await world.verified({ email: "eve@example.com", password: "another horse battery" });
    const theirs = await world.logIn(stranger);
    const { confirmToken } = world;
    expect(await world.confirm(confirmToken, "")).toEqual(refusal("access-token-invalid"));
    expect(await world.confirm(confirmToken, theirs.access)).toEqual(refusal("token-invalid"));
    expect(await world.confirmByPassword(confirmToken, "another horse battery")).toEqual(
      refusal("credentials-wrong"),
    );
    expectUntouched(world, confirmToken);
    expect(await world.confirm("", world.session.access)).toEqual(refusal("token-missing"));
    expect(await world.confirmByPassword("", password)).toEqual(refusal("token-missing"));
    expect(await world.confirmByPassword(confirmToken)).toEqual(done);
  });

  test("counts wrong passwords of a confirmation under the account, and compares none after five", async () => {
    const world = await asked();
    for (let left = 4; left >= 0; left--)
      expect(await world.confirmByPassword(world.confirmToken, "wrong password")).toEqual({
        ok: false,
        refusal: { code: "credentials-wrong", attemptsRemaining: left },
      });
    expect(await world.confirmByPassword(world.confirmToken)).toEqual(refusal("account-locked"));
    expectUntouched(world, world.confirmToken);
    expect(world.memory.store.attempts.has(oldHash)).toBe(false);
  });

  test("confirming an email change compares no password for an invalid token", async () => {
    const { memory, confirmByPassword, cancelToken } = await asked();
    const began = memory.calls.length;
    for (const raw of [cancelToken, "0189dcd5-5311-4d40-8db0-9496a2eef37b"])
      expect(await confirmByPassword(raw)).toEqual(refusal("token-invalid"));
    expect(await confirmByPassword("x")).toEqual(refusal("token-damaged"));
    expect(memory.calls.slice(began)).not.toContain("attempts.begin");
  });

  // GHSA-xhpr-465j-7p9q, CVE-2026-9087, CVE-2026-14781: the token proved another address than the account got or had.
  test.each<[string, Partial<Account>]>([
    [
      "waits for another address",
      { pendingEmail: { emailHash: "x", emailCiphertext: new Uint8Array(), requestedAt: "" } },
    ],
    ["waits for none", { pendingEmail: undefined as never }],
    ["is in a later epoch", { epoch: 1 }],
    ["is disabled", { isActive: false }],
  ])("refuses to confirm an email if the account %s, even between read and write", async (_, changes) => {
    for (const when of ["before", "between"]) {
      const world = await asked();
      const change = () => alter(world, changes);
      if (when === "before") change();
      else world.memory.before("accounts.change", change);
      if (when === "before")
        expect(await openEmailChangeLink(world.memory, world.confirmToken)).toEqual(refusal("token-invalid"));
      // Disabling also raises the epoch. By itself it is checked before the write.
      if (when === "between" && changes.isActive === false) continue;
      expect(await world.confirmByPassword(world.confirmToken)).toEqual(refusal("token-invalid"));
      expectUntouched(world, world.confirmToken);
    }
  });

  test("refuses a confirming link if another link has changed the address by then", async () => {
    const world = await asked();
    const { memory, session, ask, mailed } = world;
    memory.step(minuteMs);
    await ask(session.access, "ada@third.example");
    await sendMails(memory);
    expect(await world.confirmByPassword(mailed().confirm)).toEqual(done);
    expect(await world.confirmByPassword(world.confirmToken)).toEqual(refusal("token-invalid"));
    expect(await world.confirmByPassword(mailed().confirm)).toEqual(refusal("token-invalid"));
  });

  test("accepts a confirming token until the last millisecond of 60 minutes", async () => {
    const world = await asked();
    world.memory.step(60 * minuteMs - 1);
    expect(await openEmailChangeLink(world.memory, world.confirmToken)).toMatchObject({ ok: true });
    world.memory.step(1);
    expect(await openEmailChangeLink(world.memory, world.confirmToken)).toEqual(refusal("token-expired"));
    expect(await world.confirmByPassword(world.confirmToken)).toEqual(refusal("token-expired"));
  });

  test("refuses a confirming token for any other purpose, and other tokens for a confirmation", async () => {
    const world = await asked();
    const { memory, confirmToken } = world;
    await requestMail(memory, "reset-password", emailOf(oldEmail));
    await sendMails(memory);
    expect(await openLink(memory, confirmToken)).toEqual(refusal("token-invalid"));
    expect(await spendToken(memory, confirmToken, ["verify-email"])).toEqual(refusal("token-invalid"));
    expect(await openResetLink(memory, confirmToken)).toEqual(refusal("token-invalid"));
    expect(await openCancelLink(memory, confirmToken)).toEqual(refusal("token-invalid"));
    expect(await world.confirmByPassword(resetTokenInMail(memory))).toEqual(refusal("token-invalid"));
    expectUntouched(world, confirmToken);
  });

  // CVE-2025-46815, CVE-2026-22751, CVE-2026-43930: racing callers each used one token.
  test("accepts one of many simultaneous confirmations by one token", async () => {
    const world = await asked();
    const { session, confirmToken } = world;
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, (_, turn) =>
        turn % 2 ? world.confirm(confirmToken, session.access) : world.confirmByPassword(confirmToken),
      ),
    );
    expect(outcomes.filter(({ ok }) => ok)).toEqual([done]);
    expect(world.stored()).toMatchObject({ emailHash: newHash, epoch: 1 });
    // The notice to the old address, and the event.
    expect(world.orders()).toHaveLength(2);
  });

  // If the second answer was "taken", an owner would take the change for a failure after a double click.
  test("a second click on a confirming link reports it used, not the address taken", async () => {
    const world = await asked();
    world.memory.before("accounts.findIdByEmail", async () => {
      await world.confirm(world.confirmToken, world.session.access);
    });
    expect(await world.confirmByPassword(world.confirmToken)).toEqual(refusal("token-invalid"));
    expect(world.stored()).toMatchObject({ emailHash: newHash, epoch: 1 });
  });

  test("refuses a confirmation if another account has the address, and spends nothing", async () => {
    const world = await asked();
    const other = await signUp(world.memory, { email: newEmail });
    expect(await world.confirmByPassword(world.confirmToken)).toEqual(refusal("email-taken"));
    expect(await world.confirm(world.confirmToken, world.session.access)).toEqual(refusal("email-taken"));
    expectUntouched(world, world.confirmToken);
    expect(world.memory.store.claims.get(newHash)).toBe(other.id);
    // Once the address is free again, the link works.
    world.memory.store.claims.delete(newHash);
    expect(await world.confirmByPassword(world.confirmToken)).toEqual(done);
  });

  test("refuses a confirmation if another account takes the address between read and write", async () => {
    const world = await asked();
    world.memory.before("accounts.change", () => void world.memory.store.claims.set(newHash, "other"));
    expect(await world.confirmByPassword(world.confirmToken)).toEqual(refusal("email-taken"));
    expectUntouched(world, world.confirmToken);
  });

  test("leaves an address with exactly one owner if a confirmation and a sign-up race", async () => {
    for (let turn = 0; turn < 4; turn++) {
      const world = await asked();
      const { memory, confirmToken } = world;
      const [first, second] = await Promise.allSettled([
        world.confirmByPassword(confirmToken),
        turn % 2
          ? signUp(memory, { email: newEmail })
          : new Promise((resolve) => setTimeout(resolve, 3)).then(() => signUp(memory, { email: newEmail })),
      ]);
      const isConfirmed = first.status === "fulfilled" && first.value.ok;
      expect(isConfirmed).toBe(second.status === "rejected");
      expect(memory.store.claims.get(newHash) === world.account.id).toBe(isConfirmed);
      expect(world.stored().emailHash).toBe(isConfirmed ? newHash : oldHash);
      expect(memory.store.tokens.has(hashToken(confirmToken))).toBe(!isConfirmed);
    }
  });

  const steps: Operation[] = [
    "tokens.find",
    "accounts.find",
    "attempts.begin",
    "attempts.clear",
    "accounts.findIdByEmail",
    "accounts.change",
  ];
  test.each(
    steps.flatMap((operation) => [["before", operation] as const, ["after", operation] as const]),
  )("a confirmation of email spends no token without its effect when killed %s %s", async (when, operation) => {
    const world = await asked();
    const { memory, confirmToken, stored } = world;
    memory[when](operation, fault(operation));
    await expect(world.confirmByPassword(confirmToken)).rejects.toThrow("injected");
    const isSpent = !memory.store.tokens.has(hashToken(confirmToken));
    expect(isSpent).toBe(when === "after" && operation === "accounts.change");
    expect(stored().emailHash).toBe(isSpent ? newHash : oldHash);
    expect([...memory.store.claims.keys()]).toEqual([isSpent ? newHash : oldHash]);
    expect(world.orders()).toHaveLength(isSpent ? 2 : 0);
    expect(await world.confirmByPassword(confirmToken)).toEqual(isSpent ? refusal("token-invalid") : done);
    expect(stored()).toMatchObject({ emailHash: newHash, epoch: 1 });
  });

  test("an email change frees the old address for another account at once", async () => {
    const world = await asked();
    await world.confirmByPassword(world.confirmToken);
    const other = await signUp(world.memory, { email: oldEmail });
    expect(world.memory.store.claims.get(oldHash)).toBe(other.id);
    expect(world.stored().emailHash).toBe(newHash);
  });

  // GHSA-xhpr-465j-7p9q: a token mailed to an address before the change was valid after it.
  test("an email change ends the links of mails to the old address", async () => {
    const world = await asked();
    const { memory } = world;
    await requestMail(memory, "reset-password", emailOf(oldEmail));
    await sendMails(memory);
    await world.confirmByPassword(world.confirmToken);
    expect(await openResetLink(memory, resetTokenInMail(memory))).toEqual(refusal("token-invalid"));
    expect(await world.cancel(world.cancelToken)).toEqual(refusal("token-invalid"));
  });
});

describe("cancelling a change of email", () => {
  test("a cancellation spends its token and ends pending address, sessions and confirming link", async () => {
    const world = await asked();
    const { memory, ports, session, stored, cancelToken, confirmToken } = world;
    const { pendingEmail, ...was } = stored();
    expect(pendingEmail).toBeDefined();
    expect(await openCancelLink(memory, cancelToken)).toMatchObject({ ok: true });
    expect(await world.cancel(cancelToken)).toEqual(done);
    expect(stored()).toEqual({ ...was, epoch: 1 });
    expect(await authenticate(ports, session.access)).toEqual(refusal("access-token-invalid"));
    expect(await world.confirmByPassword(confirmToken)).toEqual(refusal("token-invalid"));
    expect(await world.cancel(cancelToken)).toEqual(refusal("token-invalid"));
    expect(memory.store.claims.has(newHash)).toBe(false);
  });

  // Otherwise an attacker with the password could end all sessions after each request, and invalidate the owner's
  // links.
  test("accepts an earlier notice's cancelling link despite a raised epoch and another request", async () => {
    const world = await asked();
    const { memory, stored, logIn, ask } = world;
    await memory.accounts.change(stored(), { endsSessions: "all" });
    await ask((await logIn()).access, "thief@third.example");
    expect(await world.cancel(world.cancelToken)).toEqual(done);
    expect(stored()).toMatchObject({ emailHash: oldHash, epoch: 2 });
    expect(stored().pendingEmail).toBeUndefined();
  });

  test.each<[string, Partial<Account>]>([
    ["has another address", { emailHash: "another" }],
    ["is disabled", { isActive: false }],
  ])("refuses to cancel an email change if the account %s", async (_, changes) => {
    const world = await asked();
    alter(world, changes);
    expect(await openCancelLink(world.memory, world.cancelToken)).toEqual(refusal("token-invalid"));
    expect(await world.cancel(world.cancelToken)).toEqual(refusal("token-invalid"));
  });

  test("completes exactly one of an email change's simultaneous cancellation and confirmation", async () => {
    for (let turn = 0; turn < 4; turn++) {
      const world = await asked();
      const acts = [world.cancel(world.cancelToken), world.confirm(world.confirmToken, world.session.access)];
      const [cancelled, confirmed] = await Promise.all(acts);
      expect(cancelled?.ok).toBe(!confirmed?.ok);
      expect(world.stored()).toMatchObject({ emailHash: confirmed?.ok ? newHash : oldHash, epoch: 1 });
      expect(world.stored().pendingEmail).toBeUndefined();
    }
  });

  test("accepts a cancelling token until the last millisecond of 48 hours, and needs one", async () => {
    const { memory, cancel, cancelToken } = await asked();
    expect(await cancel("")).toEqual(refusal("token-missing"));
    memory.step(48 * hourMs - 1);
    expect(await openCancelLink(memory, cancelToken)).toMatchObject({ ok: true });
    memory.step(1);
    expect(await cancel(cancelToken)).toEqual(refusal("token-expired"));
  });

  test.each([
    "before",
    "after",
  ] as const)("a confirmation has its whole effect or none when killed %s its write", async (when) => {
    const world = await asked();
    const { memory, cancelToken, stored } = world;
    memory[when]("accounts.change", fault("accounts.change"));
    await expect(world.cancel(cancelToken)).rejects.toThrow("injected");
    expect(memory.store.tokens.has(hashToken(cancelToken))).toBe(when === "before");
    expect(stored().pendingEmail !== undefined).toBe(when === "before");
  });
});

describe("a pending change of email", () => {
  const endings: Record<string, (world: EmailWorld) => Promise<unknown>> = {
    "a reset of the password": async ({ memory }) => {
      await requestMail(memory, "reset-password", emailOf(oldEmail));
      await sendMails(memory);
      const reset = { token: resetTokenInMail(memory), password: "staple of another" as NewPassword };
      return resetPassword({ ...memory, bcryptCost: 4 }, reset);
    },
    "the end of all sessions": ({ memory, stored }) =>
      memory.accounts.change(stored(), { endsSessions: "all" }),
    "an administrator's disabling and enabling": async ({ memory, account }) => {
      await setState(memory, account.id, "disabled");
      await setState(memory, account.id, "active");
    },
  };
  test.each(
    Object.entries(endings),
  )("a pending change of email ends with its link after %s", async (_, act) => {
    const world = await asked();
    await act(world);
    expect(world.stored().pendingEmail).toBeUndefined();
    for (const typed of [password, "staple of another"])
      expect(await world.confirmByPassword(world.confirmToken, typed)).toEqual(refusal("token-invalid"));
    expect(world.stored().emailHash).toBe(oldHash);
  });

  test("a pending change of email ends with its account", async () => {
    const { ports, memory, session, account, confirmByPassword, confirmToken } = await asked();
    await deleteAccount(ports, { bearer: session.access, password });
    expect(memory.store.accounts.get(account.id)).not.toHaveProperty("pendingEmail");
    expect(await confirmByPassword(confirmToken)).toEqual(refusal("token-invalid"));
  });

  test("a pending change of email is in the export until it is confirmed", async () => {
    const world = await asked();
    const { ports, session } = world;
    const shown = async () => {
      const result = await exportAccount(ports, session.access);
      return result.ok && [result.value.view.email, result.value.pendingEmail?.email];
    };
    expect(await shown()).toEqual([oldEmail, newEmail]);
    await world.confirm(world.confirmToken, session.access);
    expect(await shown()).toEqual([newEmail, undefined]);
  });
});

describe("a home named by the address", () => {
  const prefix = `home/${oldEmail}/`;
  const files = ({ memory }: EmailWorld) => [...memory.store.files.keys()];
  const withHome = async () => {
    const world = await asked({ contract: "form" });
    world.memory.store.files.set(`${prefix}letter`, { putAt: 0, body: "" });
    expect(await world.confirm(world.confirmToken, world.session.access)).toEqual(done);
    return world;
  };

  test("a home named by the address keeps place and claim through email changes", async () => {
    const world = await withHome();
    const { memory, session, account, ports, ask, mailed } = world;
    for (const email of ["ada@third.example", oldEmail]) {
      memory.step(minuteMs);
      await ask(session.access, email);
      await sendMails(memory);
      expect(await world.confirm(mailed().confirm, session.access)).toEqual(done);
      expect(memory.store.homeClaims).toEqual(new Map([[prefix, account.id]]));
      const shown = await exportAccount(ports, session.access);
      expect(shown).toMatchObject({ ok: true, value: { view: { email }, home: { prefix } } });
    }
    expect(files(world)).toEqual([`${prefix}default`, `${prefix}letter`]);
  });

  // amplify-cli issue 1847 and its like: files of one owner under the name of the next.
  test("a home named by an address does not pass to its next owner", async () => {
    const world = await withHome();
    const other = await signUp(world.memory, { email: oldEmail, contract: "form" });
    await applyEffects(world.memory);
    expect(other.home).toBe("id");
    expect(files(world)).toContain(`home/${other.id}/default`);
    expect(world.memory.store.homeClaims.get(prefix)).toBe(world.account.id);
  });

  test("removes a home named by the address with its account, freeing its name", async () => {
    const world = await withHome();
    const { memory, ports, session } = world;
    await deleteAccount(ports, { bearer: session.access, password });
    await applyEffects(memory);
    expect(files(world)).toEqual([]);
    expect(memory.store.homeClaims.size).toBe(0);
    expect((await signUp(memory, { email: oldEmail, contract: "form" })).home).toBe("email");
  });

  test("a home named by id needs no stored address after an email change", async () => {
    const world = await asked();
    await world.confirm(world.confirmToken, world.session.access);
    expect(world.stored()).not.toHaveProperty("homeEmailCiphertext");
  });
});
