import { describe, expect, test } from "vitest";
import type { Account } from "../../../lib/core/account/account.ts";
import { setState } from "../../../lib/core/account-management/administer.ts";
import { deletion } from "../../../lib/core/account-management/deletion.ts";
import { beginSessionWithAccess } from "../../../lib/core/sessions/begin-session.ts";
import { rotateSession } from "../../../lib/core/sessions/rotate-session.ts";
import { atOnce } from "../../aws/table/records.ts";
import { minuteMs, sendMails, signUp, storedAccount } from "../../support/core-support.ts";
import { fault, type MemoryPorts, memoryPorts } from "../../support/memory/ports.ts";
import { tokenWorld } from "../../support/token-support.ts";

const world = tokenWorld();
await world.addKey();

/** Signs up, and clears the mails of that day. */
async function somebody(changes: Partial<Account> = { isVerified: true }) {
  const memory = memoryPorts();
  const { id } = await signUp(memory, {
    profile: { speakingLanguage: "fr-CA", fullName: "Call +1 555 0100 http://evil.example" },
  });
  await sendMails(memory);
  memory.store.mails.length = 0;
  memory.store.accounts.set(id, { ...storedAccount(memory, id), ...changes });
  const read = () => storedAccount(memory, id);
  return { memory, id, read };
}

const sent = (memory: MemoryPorts) => memory.store.mails.map(({ subject }) => subject);

type Person = Awaited<ReturnType<typeof somebody>>;

/** Reuses a refresh token long after its rotation, by several callers at once. */
async function reuse({ memory, read }: Person): Promise<void> {
  const ports = { ...memory, issuing: { ...world.issuing, clock: memory.clock } };
  const { refresh } = await beginSessionWithAccess(ports, read(), "signup");
  await rotateSession(ports, refresh, "signup");
  memory.step(minuteMs);
  const results = await atOnce(8, () => rotateSession(ports, refresh, "signup"));
  expect(results.some((result) => !result.ok && result.refusal.code === "refresh-token-reused")).toBe(true);
}

const events: [string, (person: Person) => Promise<unknown>, string][] = [
  [
    "is deleted by its owner",
    ({ memory, read }) => memory.accounts.change(read(), deletion(read(), memory.ids)),
    "Votre compte Harbour a été supprimé",
  ],
  [
    "is deleted by an administrator",
    ({ memory, id }) => setState(memory, id, "deleted"),
    "Votre compte Harbour a été supprimé",
  ],
  [
    "is disabled by an administrator",
    ({ memory, id }) => setState(memory, id, "disabled"),
    "Votre compte Harbour a été désactivé",
  ],
  [
    "is enabled by an administrator",
    async ({ memory, id, read }) => {
      memory.store.accounts.set(id, { ...read(), isActive: false });
      await setState(memory, id, "active");
    },
    "Votre compte Harbour est de nouveau actif",
  ],
  ["has a session ended by a reused refresh token", reuse, "Une de vos sessions Harbour a été fermée"],
];

describe("the notices to an account's owner", () => {
  test.each(
    events,
  )("sends one notice in the owner's language, without callers' words, if the account %s", async (_, happen, subject) => {
    const person = await somebody();
    const { memory } = person;
    await happen(person);
    await sendMails(memory);
    memory.step(minuteMs);
    await sendMails(memory);
    expect(memory.store.mails).toEqual([expect.objectContaining({ to: "ada@example.com", subject })]);
    expect(JSON.stringify(memory.store.mails)).not.toMatch(/555|evil|token/);
    expect([...memory.store.jobs.keys()].filter((key) => key.startsWith("mail#"))).toEqual([]);
  });

  // Anybody can sign up with another person's address.
  test.each(events)("sends no notice to an unproven address if the account %s", async (_, happen) => {
    const person = await somebody({ isVerified: false });
    await happen(person);
    await sendMails(person.memory);
    expect(sent(person.memory)).toEqual([]);
  });

  test.each(
    events,
  )("sends the notice a minute later if SES is down when the account %s", async (_, happen, subject) => {
    const person = await somebody();
    await happen(person);
    person.memory.before("mailer.send", fault("mailer.send"));
    await sendMails(person.memory);
    expect(sent(person.memory)).toEqual([]);
    person.memory.step(minuteMs);
    await sendMails(person.memory);
    expect(sent(person.memory)).toEqual([subject]);
  });

  test.each(
    events,
  )("sends no notice beyond the address's mails of the day if the account %s", async (_, happen) => {
    const person = await somebody();
    const { memory, read } = person;
    const everyKind = { scope: "mail:day", most: 10, windowSeconds: 86_400 };
    for (let hit = 0; hit < 10; hit++) await memory.limiter.hit(everyKind, read().emailHash);
    await happen(person);
    await sendMails(memory);
    expect(sent(memory)).toEqual([]);
  });

  test.each([
    ["disabled", "active"],
    ["deleted", "active"],
    ["active", "disabled"],
  ] as const)("sends no late notice that the account is %s once it is %s again", async (state, afterwards) => {
    const { memory, id, read } = await somebody();
    memory.store.accounts.set(id, { ...read(), isActive: state !== "active" });
    await setState(memory, id, state);
    memory.before("mailer.send", fault("mailer.send"));
    await sendMails(memory);
    await setState(memory, id, afterwards);
    memory.step(minuteMs);
    await sendMails(memory);
    expect(memory.store.mails).toHaveLength(1);
    expect(sent(memory)[0]).toMatch(afterwards === "active" ? /de nouveau actif/ : /désactivé/);
  });

  test("sends no notice if an administrator requests a state the account already has", async () => {
    const { memory, id } = await somebody();
    expect(await setState(memory, id, "active")).toBe(false);
    await sendMails(memory);
    expect(sent(memory)).toEqual([]);
  });

  test("notifies a deleted account's owner from the job, which holds no plain address", async () => {
    const { memory, read } = await somebody();
    await memory.accounts.change(read(), deletion(read(), memory.ids));
    const orders = [...memory.store.jobs.values()].map(({ order }) => order);
    const order = orders.find(({ kind }) => kind === "account-deleted");
    expect(order).toMatchObject({ language: "fr-CA", emailCiphertext: expect.any(Uint8Array) });
    expect(JSON.stringify(order)).not.toMatch(/ada|example/);
  });
});
