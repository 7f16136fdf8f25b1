import { describe, expect, test } from "vitest";
import {
  openLink,
  spendToken,
  type VerificationPurpose,
} from "../../../lib/core/email-address/verify-email.ts";
import { requestMail } from "../../../lib/core/mail/request-mail.ts";
import { hashToken } from "../../../lib/core/shared/ids.ts";
import {
  emailOf,
  hourMs,
  minuteMs,
  sendMails,
  signUp,
  storedAccount,
  tokensInMail,
} from "../../support/core-support.ts";
import { fault, type MemoryPorts, memoryPorts } from "../../support/memory/ports.ts";

const anything: VerificationPurpose[] = ["verify-email", "disown-account"];
const verifyOnly: VerificationPurpose[] = ["verify-email"];
const refusal = (code: string) => ({ ok: false, refusal: { code } });
const done = (purpose: VerificationPurpose) => ({ ok: true, value: { done: purpose } });

async function withMail() {
  const memory = memoryPorts();
  const account = await signUp(memory);
  await sendMails(memory);
  return { memory, account, ...tokensInMail(memory) };
}

function changeAccount(memory: MemoryPorts, id: string, change: object): void {
  memory.store.accounts.set(id, { ...storedAccount(memory, id), ...change });
}

const isVerified = (memory: MemoryPorts, id: string) => storedAccount(memory, id).isVerified;

describe("links in verification mail", () => {
  test.each([
    ["no token", "", "token-missing"],
    ["a token that we never made", "0189dcd5-5311-4d40-8db0-9496a2eef37b", "token-invalid"],
    ["a text that is no token", "x'; DROP TABLE", "token-damaged"],
    ["a very long text", "a".repeat(10_000), "token-damaged"],
  ])("refuses a verification link with %s", async (_, raw, code) => {
    const { memory } = await withMail();
    expect(await openLink(memory, raw)).toEqual(refusal(code));
    expect(await spendToken(memory, raw, anything)).toEqual(refusal(code));
  });

  test("looks up no verification link without the form of a token", async () => {
    const memory = memoryPorts();
    await openLink(memory, "not-a-token");
    await spendToken(memory, "", anything);
    expect(memory.calls).toEqual([]);
  });

  test("refuses the stored hash of a token as a verification link", async () => {
    const { memory, verify } = await withMail();
    expect(await spendToken(memory, hashToken(verify), anything)).toEqual(refusal("token-damaged"));
  });

  // The page's second button posts a token that is derived from the first: it must be derived from the token as mailed.
  test("a verification token in capitals with a full stop offers both working buttons", async () => {
    for (const choice of ["verify", "disown"] as const) {
      const { memory, verify } = await withMail();
      const opened = await openLink(memory, `${verify.toUpperCase()}.`);
      const choices = opened.ok ? opened.value.choices : undefined;
      expect(choices).toMatchObject({ verify });
      const done = choice === "verify" ? "verify-email" : "disown-account";
      expect(await spendToken(memory, choices?.[choice] ?? "", anything)).toMatchObject({ value: { done } });
    }
  });

  test.each([
    "verify",
    "disown",
  ] as const)("accepts a link to %s until the last millisecond of 24 hours", async (which) => {
    const { memory, [which]: raw } = await withMail();
    memory.step(24 * hourMs - 1);
    expect(await openLink(memory, raw)).toMatchObject({ ok: true });
    memory.step(1);
    expect(await openLink(memory, raw)).toEqual(refusal("token-expired"));
    expect(await spendToken(memory, raw, anything)).toEqual(refusal("token-expired"));
  });

  test("offers both choices on a verifying link, and only disowning on a disowning link", async () => {
    const { memory, verify, disown } = await withMail();
    expect(await openLink(memory, verify)).toEqual({ ok: true, value: { choices: { verify, disown } } });
    expect(await openLink(memory, disown)).toEqual({ ok: true, value: { choices: { disown } } });
  });

  test.each([
    ["an address proven meanwhile, as by a reset", { isVerified: true, epoch: 1 }, false],
    ["another address", { emailHash: "e".repeat(64) }, false],
    ["a raised epoch", { epoch: 1 }, true],
  ])("a verification link opens no page with useless buttons for an account with %s", async (_, change, disownCounts) => {
    const { memory, account, verify, disown } = await withMail();
    changeAccount(memory, account.id, change);
    expect(await openLink(memory, verify)).toEqual(refusal("token-invalid"));
    const opened = { ok: true, value: { choices: { disown } } };
    expect(await openLink(memory, disown)).toEqual(disownCounts ? opened : refusal("token-invalid"));
  });

  test("using one link of a verification mail invalidates the other", async () => {
    const first = await withMail();
    await spendToken(first.memory, first.verify, anything);
    expect(await openLink(first.memory, first.disown)).toEqual(refusal("token-invalid"));
    const second = await withMail();
    await spendToken(second.memory, second.disown, anything);
    expect(await openLink(second.memory, second.verify)).toEqual(refusal("token-invalid"));
  });

  // supabase/auth #1214, #713, #368: mail scanners spent the links.
  test("opening a verification link does not spend it", async () => {
    const { memory, account, verify, disown } = await withMail();
    const before = structuredClone(memory.store);
    for (const raw of [verify, verify, disown]) await openLink(memory, raw);
    expect(memory.store).toEqual(before);
    expect(isVerified(memory, account.id)).toBe(false);
  });

  test("a verifying link verifies the address once", async () => {
    const { memory, account, verify } = await withMail();
    expect(await spendToken(memory, verify, anything)).toEqual(done("verify-email"));
    expect(isVerified(memory, account.id)).toBe(true);
    expect(await spendToken(memory, verify, anything)).toEqual(refusal("token-invalid"));
    expect(await openLink(memory, verify)).toEqual(refusal("token-invalid"));
  });

  test("verifying an address changes nothing else of the account", async () => {
    const { memory, account, verify } = await withMail();
    const before = storedAccount(memory, account.id);
    await spendToken(memory, verify, verifyOnly);
    expect(storedAccount(memory, account.id)).toEqual({ ...before, isVerified: true });
  });

  // Sudhodanan and Paverd, USENIX Security 2022: accounts made in advance with a victim's address.
  test("a disowning link deletes the account and frees its address", async () => {
    const { memory, account, disown } = await withMail();
    expect(await spendToken(memory, disown, anything)).toEqual(done("disown-account"));
    expect(await memory.accounts.find(account.id)).toBeUndefined();
    expect(memory.store.accounts.get(account.id)).toEqual({
      id: account.id,
      number: account.number,
      epoch: 1,
      deletedAt: "2026-03-14T12:00:00.000Z",
    });
    const next = await signUp(memory);
    expect(next.id).not.toBe(account.id);
    expect(next.number).not.toBe(account.number);
  });

  test("queues the removal of the home of a disowned account", async () => {
    const { memory, account, disown } = await withMail();
    await spendToken(memory, disown, anything);
    const orders = [...memory.store.jobs.values()].map(({ order }) => order);
    expect(orders).toContainEqual({ kind: "remove-home", accountId: account.id });
  });

  test("a disowning link never verifies an account, nor is spent where not accepted", async () => {
    const { memory, account, disown } = await withMail();
    expect(await spendToken(memory, disown, verifyOnly)).toEqual(refusal("token-invalid"));
    expect(isVerified(memory, account.id)).toBe(false);
    expect(await spendToken(memory, disown, anything)).toEqual(done("disown-account"));
  });

  test("a verifying link never deletes an account", async () => {
    const { memory, account, verify } = await withMail();
    expect(await spendToken(memory, verify, ["disown-account"])).toEqual(refusal("token-invalid"));
    expect(isVerified(memory, account.id)).toBe(false);
    expect(memory.store.tokens.has(hashToken(verify))).toBe(true);
  });

  test.each([
    "earlier",
    "later",
  ])("invalidates the links of the %s verification mail when the other is used", async (which) => {
    const { memory, ...first } = await withMail();
    memory.step(minuteMs);
    await requestMail(memory, "resend-verification", emailOf("ada@example.com"));
    await sendMails(memory);
    const second = tokensInMail(memory);
    const [used, other] = which === "later" ? [first, second] : [second, first];
    expect(await spendToken(memory, used.verify, anything)).toEqual(done("verify-email"));
    for (const raw of [other.verify, other.disown, used.disown])
      expect(await spendToken(memory, raw, anything)).toEqual(refusal("token-invalid"));
  });

  test("a disowning link cannot delete a verified account", async () => {
    const { memory, account, verify, disown } = await withMail();
    await spendToken(memory, verify, anything);
    expect(await spendToken(memory, disown, anything)).toEqual(refusal("token-invalid"));
    expect(isVerified(memory, account.id)).toBe(true);
  });

  // GHSA-xhpr-465j-7p9q, CVE-2026-9087, CVE-2026-14781: a token proved an address that the account no longer had.
  test.each([
    ["another address", { emailHash: "e".repeat(64) }],
  ])("refuses both links of a verification mail once the account has %s", async (_, change) => {
    const { memory, account, verify, disown } = await withMail();
    changeAccount(memory, account.id, change);
    for (const raw of [verify, disown])
      expect(await spendToken(memory, raw, anything)).toEqual(refusal("token-invalid"));
    expect(storedAccount(memory, account.id)).toMatchObject({ isVerified: false, ...change });
  });

  test("refuses a verifying link in a raised epoch, but not a disowning one", async () => {
    const { memory, account, verify, disown } = await withMail();
    changeAccount(memory, account.id, { epoch: 1 });
    expect(await spendToken(memory, verify, anything)).toEqual(refusal("token-invalid"));
    expect(await spendToken(memory, disown, anything)).toEqual(done("disown-account"));
  });

  test("links of a deleted account leave the address's next owner alone", async () => {
    const { memory, verify, disown } = await withMail();
    await spendToken(memory, disown, anything);
    const next = await signUp(memory, { password: "another-password" });
    for (const raw of [verify, disown])
      expect(await spendToken(memory, raw, anything)).toEqual(refusal("token-invalid"));
    expect(isVerified(memory, next.id)).toBe(false);
  });

  // CVE-2025-46815, CVE-2026-22751, CVE-2026-43930, better-auth PR 8067: racing callers used one token twice.
  test("a verifying link that many callers use simultaneously verifies once", async () => {
    const { memory, verify } = await withMail();
    const results = await Promise.all(Array.from({ length: 10 }, () => spendToken(memory, verify, anything)));
    expect(results.filter(({ ok }) => ok)).toHaveLength(1);
    expect(results.filter(({ ok }) => !ok)).toEqual(Array(9).fill(refusal("token-invalid")));
  });

  test("completes exactly one of a simultaneous verification and disowning", async () => {
    const { memory, account, verify, disown } = await withMail();
    const results = await Promise.all([
      spendToken(memory, disown, anything),
      spendToken(memory, verify, anything),
    ]);
    expect(results.filter(({ ok }) => ok)).toHaveLength(1);
    const isDeleted = (await memory.accounts.find(account.id)) === undefined;
    expect(results[0]?.ok).toBe(isDeleted);
    expect(memory.store.claims.size).toBe(isDeleted ? 0 : 1);
  });

  test("refuses a verification link that expires between read and use", async () => {
    const { memory, account, verify } = await withMail();
    memory.before("accounts.change", () => memory.step(24 * hourMs));
    expect(await spendToken(memory, verify, anything)).toEqual(refusal("token-expired"));
    expect(isVerified(memory, account.id)).toBe(false);
  });

  test("disowns an account although the stranger ends all sessions at the same moment", async () => {
    const { memory, account, disown } = await withMail();
    memory.before("accounts.change", () => changeAccount(memory, account.id, { epoch: 1 }));
    expect(await spendToken(memory, disown, anything)).toEqual(done("disown-account"));
  });

  test.each([
    "tokens.find",
    "accounts.change",
  ] as const)("a verification throws a fault of %s, and does not spend the link", async (operation) => {
    const { memory, verify } = await withMail();
    memory.before(operation, fault(operation));
    await expect(spendToken(memory, verify, anything)).rejects.toThrow("injected");
    expect(await spendToken(memory, verify, anything)).toEqual(done("verify-email"));
  });
});
