import { describe, expect, test } from "vitest";
import type { Account } from "../../../lib/core/account/account.ts";
import { setState } from "../../../lib/core/account-management/administer.ts";
import { deleteAccount } from "../../../lib/core/account-management/delete-account.ts";
import { exportAccount } from "../../../lib/core/account-management/export-account.ts";
import { spendToken } from "../../../lib/core/email-address/verify-email.ts";
import { loginAndAnnounce } from "../../../lib/core/login/login-and-announce.ts";
import { requestMail } from "../../../lib/core/mail/request-mail.ts";
import type { AccountEvent, EventName } from "../../../lib/core/outbox/account-event.ts";
import { announcement } from "../../../lib/core/outbox/announcement.ts";
import { changePassword } from "../../../lib/core/passwords/change-password.ts";
import type { NewPassword } from "../../../lib/core/passwords/password.ts";
import { resetPassword } from "../../../lib/core/passwords/reset-password.ts";
import { register } from "../../../lib/core/registration/register.ts";
import { beginSession, beginSessionWithAccess } from "../../../lib/core/sessions/begin-session.ts";
import { timeOf } from "../../../lib/core/shared/ids.ts";
import { limits } from "../../../lib/core/shared/limits.ts";
import {
  applyEffects,
  dayMs,
  emailOf,
  hourMs,
  minuteMs,
  registrationOf,
  registrationPorts,
  resetTokenInMail,
  sendMails,
  signUp,
  storedAccount,
  tokensInMail,
} from "../../support/core-support.ts";
import { asked } from "../../support/email-change-support.ts";
import { fault, type MemoryPorts, memoryPorts } from "../../support/memory/ports.ts";
import { tokenWorld } from "../../support/token-support.ts";

const password = "canary-pw-MyStr0ngP@ss!";
const anything = ["verify-email", "disown-account"] as const;
const isId = expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[\da-f]{4}-[\da-f]{12}$/);

/** Signs up and logs in. The events up to then are published and cleared. */
async function somebody(contract: "signup" | "users" = "users") {
  const memory = memoryPorts();
  const account = await signUp(memory, { contract, password, email: "canary@example.com" });
  await sendMails(memory);
  const mailed = tokensInMail(memory);
  const tokens = tokenWorld(memory.clock());
  await tokens.addKey();
  const begun = await beginSessionWithAccess({ ...memory, issuing: tokens.issuing }, account, "signup");
  await applyEffects(memory);
  memory.store.events.length = 0;
  const ports = { ...memory, verifying: tokens.verifying, bcryptCost: 4 };
  return { memory, account, mailed, ports, bearer: begun.access.token, sessionId: begun.sessionId };
}
type Given = Awaited<ReturnType<typeof somebody>>;

const credentials = (given: string) => ({ identifier: "canary@example.com", password: given });
const logIn = ({ ports, memory }: Given, given = password) =>
  loginAndAnnounce(ports, credentials(given), async (account) => {
    const { id, token } = await beginSession(memory, account, "signup");
    return { given: token, session: { id, end: memory.sessions.end } };
  });
const change = ({ ports, bearer }: Given, current = password, next = "another password") =>
  changePassword(ports, { bearer, current, password: next as NewPassword });
const remove = ({ ports, bearer }: Given, given = password) =>
  deleteAccount(ports, { bearer, password: given });
const spend = ({ ports, mailed }: Given, purpose: "verify" | "disown") =>
  spendToken(ports, mailed[purpose], anything);
const administer =
  (...states: Parameters<typeof setState>[2][]) =>
  async ({ memory, account }: Given) => {
    for (const state of states) await setState(memory, account.id, state);
  };

async function reset({ memory, ports }: Given): Promise<void> {
  await requestMail(memory, "reset-password", emailOf("canary@example.com"));
  await sendMails(memory);
  const token = resetTokenInMail(memory);
  await resetPassword(ports, { token, password: "another password" as NewPassword });
}

/** Applies all effects, and returns the events published since. */
async function published({ memory }: { memory: MemoryPorts }): Promise<AccountEvent[]> {
  await applyEffects(memory);
  return memory.store.events;
}

const namesOf = (events: readonly { event: EventName }[]) => events.map(({ event }) => event);
const trailOf = (memory: MemoryPorts, { id }: Account) => memory.store.trails.get(id) ?? [];

describe("the events of an account", () => {
  test.each<[string, (given: Given) => unknown, EventName[]]>([
    ["a verification", (given) => spend(given, "verify"), ["account.verified"]],
    ["a login", (given) => logIn(given), ["account.logged-in"]],
    ["a change of password", (given) => change(given), ["account.password-changed"]],
    [
      "a reset, which proves the mailbox",
      (given) => reset(given),
      ["account.password-changed", "account.verified"],
    ],
    [
      "a reset of an account that is verified",
      async (given) => {
        await spend(given, "verify");
        await applyEffects(given.memory);
        given.memory.store.events.length = 0;
        await reset(given);
      },
      ["account.password-changed"],
    ],
    ["a deletion", (given) => remove(given), ["account.deleted"]],
    ["a deletion by the mailbox's owner", (given) => spend(given, "disown"), ["account.deleted"]],
    ["an administrator's disabling", administer("disabled"), ["account.disabled"]],
    ["an administrator's deletion, which can be undone", administer("deleted"), ["account.disabled"]],
    [
      "an administrator's enabling",
      administer("disabled", "active"),
      ["account.disabled", "account.enabled"],
    ],
  ])("publishes the events of %s once", async (_, act, names) => {
    const given = await somebody();
    await act(given);
    const { id: accountId, contract } = given.account;
    const events = await published(given);
    expect(namesOf(events)).toEqual(names);
    for (const event of events)
      expect(event).toMatchObject({ eventId: isId, accountId, contract, at: "2026-03-14T12:00:00.000Z" });
    expect(await published(given)).toHaveLength(names.length);
  });

  test("publishes the event of a sign-up once", async () => {
    const memory = memoryPorts();
    const { id: accountId } = await signUp(memory);
    const at = "2026-03-14T12:00:00.000Z";
    const event = { eventId: isId, event: "account.registered", accountId, at, contract: "signup" };
    expect(await published({ memory })).toEqual([event]);
  });

  test("publishes a change of email once, with the session that confirmed it", async () => {
    const world = await asked();
    await applyEffects(world.memory);
    world.memory.store.events.length = 0;
    await world.confirm(world.confirmToken, world.session.access);
    expect(await published(world)).toEqual([
      expect.objectContaining({ event: "account.email-changed", accountId: world.account.id }),
    ]);
    expect(trailOf(world.memory, world.account)[0]).toMatchObject({ sessionId: world.session.id });
  });

  test.each<[string, (given: Given) => unknown]>([
    [
      "a sign-up with a taken address",
      ({ memory }) => register(registrationPorts(memory), registrationOf({ email: "canary@example.com" })),
    ],
    ["a wrong password", (given) => logIn(given, "wrong password")],
    ["a wrong current password", (given) => change(given, "wrong password")],
    ["the same password", (given) => change(given, password, password)],
    ["a deletion with a wrong password", (given) => remove(given, "wrong password")],
    ["a wrong token", ({ ports }) => spendToken(ports, "00000000-0000-4000-8000-000000000000", anything)],
    ["a state that the account has already", administer("active")],
    [
      "a change that another one overtakes",
      async (given) => {
        given.memory.before("accounts.change", fault("accounts.change"));
        await expect(remove(given)).rejects.toThrow("injected");
      },
    ],
  ])("publishes no event for %s", async (_, act) => {
    const given = await somebody();
    await act(given);
    expect(await published(given)).toEqual([]);
  });

  test("publishes no event for a right password whose owner may not log in", async () => {
    const given = await somebody("signup");
    expect(await logIn(given)).toMatchObject({ refusal: { code: "email-not-verified" } });
    expect(await published(given)).toEqual([]);
  });

  test("publishes one of two simultaneous deletions, and each of two logins", async () => {
    const given = await somebody();
    await Promise.all([logIn(given), logIn(given)]);
    const logins = await published(given);
    expect(namesOf(logins)).toEqual(["account.logged-in", "account.logged-in"]);
    expect(new Set(logins.map(({ eventId }) => eventId)).size).toBe(2);
    await Promise.all([remove(given), remove(given)]);
    expect(namesOf(await published(given)).slice(2)).toEqual(["account.deleted"]);
  });

  test("an event of a login or password change names the session, if any", async () => {
    const given = await somebody();
    const login = await logIn(given);
    const [, sessionId] = login.ok ? login.value.split(".") : [];
    await loginAndAnnounce(given.ports, credentials(password), async () => ({ given: "a token" }));
    await change(given);
    const sessions = (await published(given)).map((event) => event.sessionId);
    expect(sessions).toEqual([sessionId, undefined, given.sessionId]);
  });

  test("queues a login's event before its answer, or fails the login", async () => {
    const given = await somebody();
    given.memory.before("outbox.add", fault("outbox.add"));
    await expect(logIn(given)).rejects.toThrow("injected");
    expect((await logIn(given)).ok).toBe(true);
    expect(namesOf(await published(given))).toEqual(["account.logged-in"]);
  });

  test("an event takes its time from its id, and sorts by it", async () => {
    const given = await somebody();
    await logIn(given);
    given.memory.step(90_000);
    await logIn(given);
    const events = await published(given);
    expect(events.map(({ eventId, at }) => timeOf(eventId) - Date.parse(at))).toEqual([0, 0]);
    expect(events.map(({ eventId }) => eventId).sort()).toEqual(events.map(({ eventId }) => eventId));
  });
});

describe("the publication of an event", () => {
  test.each([
    "events.publish",
    "audit.note",
    "audit.list",
  ] as const)("an event comes later under its id after a fault of %s", async (operation) => {
    const given = await somebody();
    await logIn(given);
    const [key = ""] = [...given.memory.store.jobs.keys()].slice(-1);
    given.memory.before(operation, fault(operation));
    expect(await published(given)).toEqual([]);
    given.memory.step(minuteMs);
    const events = await published(given);
    expect(events.map(({ eventId }) => `effects#${eventId}`)).toEqual([key]);
    expect(namesOf(trailOf(given.memory, given.account))).toEqual([
      "account.logged-in",
      "account.registered",
    ]);
  });

  test("repeats an event under its id after a lost answer, and notes it once", async () => {
    const given = await somebody();
    await logIn(given);
    given.memory.after("events.publish", fault("events.publish"));
    await applyEffects(given.memory);
    given.memory.step(minuteMs);
    const [first, second, ...more] = await published(given);
    expect(second).toEqual(first);
    expect(more).toEqual([]);
    expect(trailOf(given.memory, given.account)).toHaveLength(2);
  });

  test("publishing an event is not blocked by another that cannot be published", async () => {
    const given = await somebody();
    await logIn(given);
    given.memory.before("events.publish", fault("events.publish", false));
    await spend(given, "verify");
    expect(namesOf(await published(given))).toEqual(["account.verified"]);
    given.memory.step(hourMs);
    expect(namesOf(await published(given))).toEqual(["account.verified", "account.logged-in"]);
  });

  // Events leave the account behind, so they must contain neither address nor name.
  test("events, trails and jobs contain nothing of a person but the account's id", async () => {
    const given = await somebody();
    await logIn(given);
    await change(given);
    const { store } = given.memory;
    const jobs = JSON.stringify([...store.jobs]);
    await published(given);
    const written = jobs + JSON.stringify([store.events, [...store.trails]]);
    expect(written).not.toMatch(/canary|Lovelace|@|\$2[ab]\$/);
    expect(written).not.toContain(given.account.emailHash);
  });
});

describe("the audit trail", () => {
  test("the audit trail lists events newest first, with the session", async () => {
    const given = await somebody();
    given.memory.step(1_000);
    await change(given);
    await applyEffects(given.memory);
    expect(trailOf(given.memory, given.account)).toEqual([
      {
        eventId: isId,
        event: "account.password-changed",
        at: "2026-03-14T12:00:01.000Z",
        sessionId: given.sessionId,
      },
      { eventId: isId, event: "account.registered", at: "2026-03-14T12:00:00.000Z" },
    ]);
  });

  test("the audit trail keeps the newest 200 events of each account", async () => {
    const { memory, account } = await somebody();
    const other = await signUp(memory, { email: "bob@example.com" });
    for (let turn = 0; turn < limits.auditEntries + 5; turn++)
      await memory.outbox.add(announcement("account.logged-in", account, memory.ids));
    await applyEffects(memory);
    expect(trailOf(memory, account)).toHaveLength(limits.auditEntries);
    expect(namesOf(trailOf(memory, account))).not.toContain("account.registered");
    expect(namesOf(trailOf(memory, other))).toEqual(["account.registered"]);
  });

  test("the audit trail shrinks to its limit step by step if far above", async () => {
    const { memory, account } = await somebody();
    const events = Array.from({ length: limits.auditEntries + 60 }, () =>
      announcement("account.logged-in", account, memory.ids),
    );
    for (const { order } of events) if (order.kind === "announce") await memory.audit.note(order);
    for (let turn = 0; turn < 4; turn++) {
      await memory.outbox.add(announcement("account.logged-in", account, memory.ids));
      await applyEffects(memory);
    }
    expect(trailOf(memory, account)).toHaveLength(limits.auditEntries);
  });

  test("the audit trail goes with the account, whose deletion is published, not noted", async () => {
    const given = await somebody();
    await logIn(given);
    await applyEffects(given.memory);
    expect(trailOf(given.memory, given.account)).toHaveLength(2);
    await remove(given);
    expect(namesOf(await published(given)).at(-1)).toBe("account.deleted");
    expect(given.memory.store.trails.size).toBe(0);
  });

  test("the audit trail is removed at any length, and alone", async () => {
    const given = await somebody();
    const { memory, account } = given;
    const other = await signUp(memory, { email: "bob@example.com" });
    for (let turn = 0; turn < 2 * limits.auditEntries + 5; turn++) {
      const { order } = announcement("account.logged-in", account, memory.ids);
      if (order.kind === "announce") await memory.audit.note(order);
    }
    await remove(given);
    await applyEffects(memory);
    expect([...memory.store.trails.keys()]).toEqual([other.id]);
  });

  test("the audit trail does not restart by late events of a deleted account", async () => {
    const given = await somebody();
    await logIn(given);
    given.memory.before("events.publish", fault("events.publish"));
    await remove(given);
    given.memory.calls.length = 0;
    await applyEffects(given.memory);
    // Not even for a moment, since the step after a note may fail for good.
    expect(given.memory.calls).not.toContain("audit.note");
    given.memory.step(dayMs);
    expect(namesOf(await published(given)).sort()).toEqual(["account.deleted", "account.logged-in"]);
    expect(given.memory.store.trails.size).toBe(0);
  });

  test("the audit trail does not restart by a note during the account's removal", async () => {
    const given = await somebody();
    await logIn(given);
    given.memory.before("audit.note", async () => {
      await remove(given);
      await applyEffects(given.memory);
    });
    await applyEffects(given.memory);
    expect(given.memory.store.accounts.get(given.account.id)).toHaveProperty("deletedAt");
    expect(given.memory.store.trails.size).toBe(0);
    expect(namesOf(given.memory.store.events).sort()).toEqual(["account.deleted", "account.logged-in"]);
  });

  test("the audit trail is in the owner's export, newest first", async () => {
    const given = await somebody();
    await logIn(given);
    await applyEffects(given.memory);
    const exported = await exportAccount(given.ports, given.bearer);
    expect(exported.ok && namesOf(exported.value.events)).toEqual([
      "account.logged-in",
      "account.registered",
    ]);
    expect(exported.ok && exported.value.events).toEqual(trailOf(given.memory, given.account));
    expect(storedAccount(given.memory, given.account.id)).toBeDefined();
  });
});
