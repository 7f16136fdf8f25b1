import { describe, expect, test } from "vitest";
import { hashEmail } from "../../../lib/core/account/email.ts";
import { requestMail } from "../../../lib/core/mail/request-mail.ts";
import { limits } from "../../../lib/core/shared/limits.ts";
import {
  dayMs,
  emailOf,
  hourMs,
  mailPorts,
  minuteMs,
  sendMails,
  signUp,
  storedAccount,
} from "../../support/core-support.ts";
import { fault, type MemoryPorts, memoryPorts } from "../../support/memory/ports.ts";

/** Makes ports under a ceiling of this many mails a day, with a list of the mails that had to wait. */
function under(mailsPerDay: number, memory = memoryPorts()) {
  const heard: boolean[] = [];
  const ports = {
    ...mailPorts(memory),
    mailsPerDay,
    onHeldBack: (isProven: boolean) => heard.push(isProven),
  };
  return { memory, heard, send: () => sendMails(memory, ports) };
}

async function signUpMany(memory: MemoryPorts, count: number, name = "person") {
  const accounts = [];
  for (let turn = 0; turn < count; turn++)
    accounts.push(await signUp(memory, { email: `${name}-${turn}@example.com` }));
  return accounts;
}

const prove = (memory: MemoryPorts, id: string) =>
  memory.store.accounts.set(id, { ...storedAccount(memory, id), isVerified: true });

const askForReset = (memory: MemoryPorts, email: string) =>
  requestMail(memory, "reset-password", emailOf(email));

const mailJobs = (memory: MemoryPorts) =>
  [...memory.store.jobs].filter(([key]) => key.startsWith("mail#")).map(([, job]) => job);

/** Returns how many mails were counted in the day of UTC. */
const counted = ({ store, clock }: MemoryPorts) => {
  const start = Math.floor(clock() / dayMs) * dayMs;
  return [...store.hits].find(([key]) => key.startsWith("mail:ceiling#") && key.endsWith(`#${start}`))?.[1];
};

describe("the ceiling of all mail of a day", () => {
  test("counts each sent mail once towards the day's ceiling", async () => {
    const { memory, send } = under(10);
    await signUpMany(memory, 5);
    await send();
    await send();
    expect(memory.store.mails).toHaveLength(5);
    expect(counted(memory)).toBe(5);
  });

  test("the day's ceiling counts neither mails dropped by a budget nor mails without addressee", async () => {
    const { memory, send } = under(10);
    await signUpMany(memory, 1);
    await send();
    await requestMail(memory, "resend-verification", emailOf("person-0@example.com"));
    await requestMail(memory, "resend-verification", emailOf("nobody@example.com"));
    await send();
    expect(counted(memory)).toBe(1);
  });

  test("mails above the ceiling wait: their failing jobs mint and decrypt nothing", async () => {
    const { memory, heard, send } = under(10);
    await signUpMany(memory, 9);
    await send();
    expect(memory.store.mails).toHaveLength(8);
    expect(mailJobs(memory)).toEqual([
      expect.objectContaining({
        attempts: 1,
        isDead: false,
        lastError:
          "mail-ceiling send: the share of mailsPerDay for addresses that are not proven is used up for today",
      }),
    ]);
    expect(heard).toEqual([false]);
    expect(memory.store.tokens.size).toBe(16);
    expect(memory.calls.filter((call) => call === "cipher.decryptEmail")).toHaveLength(8);
  });

  test("sends waiting mail on the next day, counted once for its address", async () => {
    const { memory, send } = under(10);
    const [, , , , , , , , last] = await signUpMany(memory, 9);
    await send();
    const budgets = () => {
      const hash = hashEmail(emailOf("person-8@example.com"));
      expect(last?.emailHash).toBe(hash);
      return [...memory.store.hits].filter(([key]) => /^mail:(verify-email:)?day#/.test(key));
    };
    const before = budgets();
    memory.step(hourMs);
    await send();
    expect(memory.store.mails).toHaveLength(8);
    memory.step(12 * hourMs);
    await send();
    expect(memory.store.mails).toHaveLength(9);
    expect(mailJobs(memory)).toEqual([]);
    expect(budgets()).toEqual(before);
    expect(counted(memory)).toBe(1);
  });

  test("simultaneous workers send exactly as many mails as the day's ceiling allows", async () => {
    const { memory, send } = under(20);
    await signUpMany(memory, 30);
    await Promise.all([send(), send(), send()]);
    expect(memory.store.mails).toHaveLength(16);
    expect(counted(memory)).toBe(16);
  });

  test.each(
    Array.from({ length: 24 }, (_, hour) => hour),
  )("leaves mail waiting since %i:30 at least one attempt on the next day", async (hour) => {
    const memory = memoryPorts(Date.UTC(2026, 2, 14, hour, 30));
    const nextDay = Date.UTC(2026, 2, 15);
    const { send } = under(1, memory); // which leaves none for unproven addresses
    await signUpMany(memory, 1);
    const tried: number[] = [];
    for (let job = mailJobs(memory)[0]; job && !job.isDead; job = mailJobs(memory)[0]) {
      tried.push(memory.clock());
      await send();
      memory.step((mailJobs(memory)[0]?.nextAttemptAt ?? 0) - memory.clock());
    }
    expect(tried).toHaveLength(limits.jobMaxAttempts);
    expect(tried.some((at) => at >= nextDay && at < nextDay + dayMs)).toBe(true);
  });
});

describe("the reserve of proven addresses", () => {
  test("a fifth of the day's mail is reserved for proven addresses", async () => {
    const { memory, heard, send } = under(10);
    const owners = await signUpMany(memory, 3, "owner");
    for (const { id } of owners) prove(memory, id);
    await send();
    expect(memory.store.mails).toHaveLength(0);
    await signUpMany(memory, 20, "bot");
    await send();
    expect(memory.store.mails).toHaveLength(8);
    expect(heard).toEqual(Array(12).fill(false));
    heard.length = 0;
    for (const turn of [0, 1, 2]) await askForReset(memory, `owner-${turn}@example.com`);
    await send();
    expect(memory.store.mails.slice(8).map(({ to }) => to)).toEqual([
      "owner-0@example.com",
      "owner-1@example.com",
    ]);
    expect(heard).toEqual([true]);
    expect(mailJobs(memory).at(-1)).toMatchObject({
      lastError: "mail-ceiling send: mailsPerDay is used up for today",
    });
  });

  // A caller typing in addresses may request resets for them too.
  test("the reserve of proven addresses is not used by resets requested for unproven addresses", async () => {
    const { memory, heard, send } = under(10);
    await signUpMany(memory, 8, "bot");
    await send();
    for (let turn = 0; turn < 8; turn++) await askForReset(memory, `bot-${turn}@example.com`);
    await send();
    expect(memory.store.mails).toHaveLength(8);
    expect(heard).toEqual(Array(8).fill(false));
  });

  test("mail to proven addresses may use the rest of the day too", async () => {
    const { memory, send } = under(10);
    for (const { id } of await signUpMany(memory, 12, "owner")) prove(memory, id);
    for (let turn = 0; turn < 12; turn++) await askForReset(memory, `owner-${turn}@example.com`);
    await send();
    expect(memory.store.mails).toHaveLength(10);
  });
});

describe("a mail that cannot be sent", () => {
  test.each([
    "cipher.decryptEmail",
    "tokens.mint",
    "mailer.send",
  ] as const)("a mail is not counted after faults of %s, however often it is tried", async (operation) => {
    const { memory, send } = under(10);
    await signUpMany(memory, 1);
    for (let attempt = 1; attempt <= 6; attempt++) {
      memory.before(operation, fault(operation));
      await send();
      expect(counted(memory)).toBe(0);
      memory.step(2 ** (attempt - 1) * minuteMs);
    }
    await send();
    expect(counted(memory)).toBe(1);
    expect(memory.store.mails).toHaveLength(1);
  });

  test("a failed mail keeps its own reason if taking back the count fails", async () => {
    const { memory, send } = under(10);
    await signUpMany(memory, 1);
    memory.before("mailer.send", fault("mailer.send"));
    memory.before("limiter.giveBack", fault("limiter.giveBack"));
    await send();
    expect(mailJobs(memory)[0]?.lastError).toBe("mailer send: injected");
    expect(counted(memory)).toBe(1);
  });

  test("a failed mail's count is taken back from the day of its counting", async () => {
    const memory = memoryPorts(Date.UTC(2026, 2, 14, 23, 59, 59));
    const { send } = under(10, memory);
    await signUpMany(memory, 2);
    memory.before("mailer.send", async () => {
      memory.step(2_000);
      fault("mailer.send")();
    });
    await send();
    expect(memory.store.mails).toHaveLength(1);
    expect(counted(memory)).toBe(1);
    expect(
      [...memory.store.hits].filter(([key]) => key.startsWith("mail:ceiling#")).map(([, hits]) => hits),
    ).toEqual([0, 1]);
  });
});
