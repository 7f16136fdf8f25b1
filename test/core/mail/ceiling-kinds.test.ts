import { describe, expect, test } from "vitest";
import type { Account } from "../../../lib/core/account/account.ts";
import { hashEmail } from "../../../lib/core/account/email.ts";
import { setState } from "../../../lib/core/account-management/administer.ts";
import { mailEffects } from "../../../lib/core/mail/effects.ts";
import type { Effects, JobOrder } from "../../../lib/core/outbox/job.ts";
import { emailOf, mailPorts, minuteMs, signUp, storedAccount } from "../../support/core-support.ts";
import { fault, type MemoryPorts, memoryPorts } from "../../support/memory/ports.ts";

type Kind = keyof Effects<"mail">;

/** A job that sends a mail, and whether the mail's address is proven. */
interface Case {
  readonly isProven: boolean;
  /** Whether the account's own address is proven, if it is another one. */
  readonly isVerified?: boolean;
  readonly prepare?: (memory: MemoryPorts, account: Account) => Promise<unknown>;
  readonly order: (account: Account) => Omit<Extract<JobOrder, { kind: Kind }>, "kind">;
}

const newEmail = emailOf("ada@new.example");
const byId = ({ id: accountId }: Account) => ({ accountId });
const byHash = ({ emailHash }: Account) => ({ emailHash });
const byBoth = ({ id: accountId, emailHash }: Account) => ({ accountId, emailHash });
const toNew = ({ id: accountId }: Account) => ({ accountId, emailHash: hashEmail(newEmail) });

async function askFor(memory: MemoryPorts, { id }: Account) {
  const emailCiphertext = await memory.cipher.encryptEmail(id, newEmail);
  const pendingEmail = { emailHash: hashEmail(newEmail), emailCiphertext, requestedAt: "" };
  memory.store.accounts.set(id, { ...storedAccount(memory, id), pendingEmail });
}

/** Every kind of job in the group. A new kind has to state here whose share its mail takes. */
const kinds: Record<Kind, Case> = {
  "verify-email": { isProven: false, order: byId },
  "resend-verification": { isProven: false, order: byHash },
  "sign-up-again": { isProven: true, order: byHash },
  "reset-password": { isProven: true, order: byHash },
  "password-changed": { isProven: true, order: byId },
  "account-deleted": {
    isProven: true,
    prepare: (memory, { id }) => setState(memory, id, "deleted"),
    order: ({ id: accountId, emailCiphertext }) => ({ accountId, emailCiphertext, language: "en" }),
  },
  "account-disabled": {
    isProven: true,
    prepare: (memory, { id }) => setState(memory, id, "disabled"),
    order: byId,
  },
  "account-enabled": { isProven: true, order: byId },
  "session-ended-by-reuse": { isProven: true, order: byId },
  // It goes to the address that it is to prove, for every caller.
  "confirm-email-change": { isProven: false, isVerified: true, prepare: askFor, order: toNew },
  // It goes to an administrator's invitee.
  invitation: {
    isProven: false,
    order: ({ id: invitationId, emailCiphertext }) => ({
      invitationId,
      emailCiphertext,
      language: "en",
      days: 7,
    }),
  },
  "cancel-email-change": { isProven: true, order: byBoth },
  "email-changed": {
    isProven: true,
    order: ({ id: accountId, emailHash, emailCiphertext }) => ({ accountId, emailHash, emailCiphertext }),
  },
};

async function wanted(memory: MemoryPorts, account: Account, isVerified: boolean) {
  const { id } = await signUp(memory, { email: newEmail });
  memory.store.accounts.set(id, { ...storedAccount(memory, id), isVerified });
  await askFor(memory, account);
}

const cases: [string, Kind, Case][] = [
  ...Object.entries(kinds).map(([kind, one]): [string, Kind, Case] => [kind, kind as Kind, one]),
  [
    "reset-password of an unproven address",
    "reset-password",
    { ...kinds["reset-password"], isProven: false },
  ],
  ...[true, false].map((isProven): [string, Kind, Case] => [
    `the notice that a ${isProven ? "proven" : "unproven"} address is wanted`,
    "confirm-email-change",
    {
      isProven,
      isVerified: true,
      prepare: (memory, account) => wanted(memory, account, isProven),
      order: toNew,
    },
  ]),
];

/** Works off such jobs under a ceiling. Each call sends one attempt. `heard` lists the mails that had to wait. */
async function under(
  mailsPerDay: number,
  kind: Kind,
  { isProven, isVerified = isProven, prepare, order }: Case,
) {
  const memory = memoryPorts();
  const { id } = await signUp(memory);
  memory.store.accounts.set(id, { ...storedAccount(memory, id), isVerified });
  const account = storedAccount(memory, id);
  await prepare?.(memory, account);
  const heard: boolean[] = [];
  const onHeldBack = (held: boolean) => heard.push(held);
  const effect = mailEffects({ ...mailPorts(memory), mailsPerDay, onHeldBack })[kind];
  const work = (attempt: number) => effect({ kind, ...order(account) } as never, attempt);
  return { memory, work, heard, mails: memory.store.mails, hits: memory.store.hits };
}

const counted = (hits: ReadonlyMap<string, number>) =>
  [...hits].filter(([key]) => key.startsWith("mail:ceiling#")).map(([, count]) => count);

// Otherwise twelve tries while SES is down would use up its own budget, and the other mails of its address that day.
test.each(cases)("counts %s once for its address, however often it is tried", async (_, kind, one) => {
  const { memory, work, mails, hits } = await under(100, kind, one);
  const ofDay = () =>
    [...hits].find(([key]) => key.startsWith("mail:day#") || /^mail:[a-z-]+:day#/.test(key))?.[1];
  for (const attempt of [1, 2, 3]) {
    memory.before("mailer.send", fault("mailer.send"));
    await expect(work(attempt)).rejects.toThrow("injected");
    expect(ofDay()).toBe(1);
  }
  await work(4);
  expect([mails.length, ofDay()]).toEqual([1, 1]);
});

describe("the ceiling of all mail of a day", () => {
  test.each(cases)("counts %s once towards the day's ceiling", async (_, kind, one) => {
    const { work, mails, hits } = await under(100, kind, one);
    await work(1);
    expect(mails).toHaveLength(1);
    expect(counted(hits)).toEqual([1]);
  });

  // A ceiling of one mail leaves none for unproven addresses.
  test.each(cases)("makes %s wait when its share of the day's ceiling is used up", async (_, kind, one) => {
    const { memory, work, heard, mails } = await under(1, kind, one);
    if (one.isProven) await work(1);
    memory.step(minuteMs);
    const sent = one.isProven ? 1 : 0;
    expect(mails).toHaveLength(sent);
    await expect(work(1 + sent)).rejects.toMatchObject({ service: "mail-ceiling", retryable: true });
    expect(heard).toEqual([one.isProven]);
    expect(mails).toHaveLength(sent);
  });
});
