import fc from "fast-check";
import * as v from "valibot";
import { expect, test } from "vitest";
import { issueAccessToken } from "../../lib/core/access-token.ts";
import { type AccountState, setState, stateOf } from "../../lib/core/administer.ts";
import { authenticate } from "../../lib/core/authenticate.ts";
import { changePassword } from "../../lib/core/change-password.ts";
import { changeProfile } from "../../lib/core/change-profile.ts";
import { deleteAccount } from "../../lib/core/delete-account.ts";
import { login } from "../../lib/core/login.ts";
import { endAllSessions, logOut } from "../../lib/core/manage-sessions.ts";
import type { NewPassword } from "../../lib/core/password.ts";
import { register } from "../../lib/core/register.ts";
import { requestMail } from "../../lib/core/request-mail.ts";
import { resetPassword } from "../../lib/core/reset-password.ts";
import { rotateSession } from "../../lib/core/rotate-session.ts";
import { beginSessionWithAccess, refreshAccess } from "../../lib/core/sessions.ts";
import { usernameSchema } from "../../lib/core/username.ts";
import { spendToken } from "../../lib/core/verify-email.ts";
import * as model from "../support/account-model.ts";
import { type MemoryPorts, memoryPorts } from "../support/memory-ports.ts";
import { applyEffects, emailOf, registrationOf, sendMails } from "../unit/core-support.ts";
import { tokenWorld } from "../unit/token-support.ts";

/*
 * Random lives of a few accounts, lived both by the product and by a plain model of it: after every step both say the same
 * of its outcome, and of every account.
 */

// One signing key for all: making one takes a third of a second.
const tokens = tokenWorld();
await tokens.rotate();

function newWorld() {
  const memory = memoryPorts();
  const issuing = { ...tokens.issuing, clock: memory.clock };
  const verifying = { ...tokens.verifying, clock: memory.clock };
  const sleep = async () => undefined;
  const set = { signUp: "open", bcryptCost: 4 } as const;
  return { ...memory, ...set, memory, issuing, verifying, sleep, mailsRead: { count: 0 } };
}

type World = ReturnType<typeof newWorld>;
type Outcome = { readonly ok: true } | { readonly ok: false; readonly refusal: { readonly code: string } };

/** How often each outcome of each step came about: lives that never get anywhere would prove nothing. */
const seen = new Map<string, number>();

function expectOutcome(step: string, outcome: Outcome, expected: string): void {
  const code = outcome.ok ? "ok" : outcome.refusal.code;
  expect(code).toBe(expected);
  const key = `${step}: ${code}`;
  seen.set(key, (seen.get(key) ?? 0) + 1);
}

/** One step of a life: what it is called, when it can be taken, and what it does to both. */
interface Step {
  readonly name: string;
  readonly needs?: (m: model.Model) => readonly unknown[];
  readonly run: (m: model.Model, world: World) => Promise<void>;
}

const pick = <T>(from: readonly T[], at: number): T => from.at(at % from.length) as T;
const emails = ["ada@example.com", "grace@example.com", "Ada@Example.com"];
const passwords = ["MyStr0ngP@ss!", "0ther-Passw0rd", "Th1rd-of-them!"];
const usernames = ["ada", "grace"];
const fold = (text: string) => text.toLowerCase();

function signUp(
  contract: model.ModelAccount["contract"],
  email: string,
  password: string,
  name: string,
): Step {
  const username = contract === "username" ? name : undefined;
  return {
    name: `sign up by ${contract}: ${email} ${password} ${username ?? ""}`,
    async run(m, world) {
      const registration = registrationOf({ contract, email, password });
      const named = username === undefined ? {} : { username: v.parse(usernameSchema([]), username) };
      const made = await register(world, { ...registration, ...named } as Parameters<typeof register>[1]);
      expectOutcome("sign up", made, model.signUpOutcome(m, fold(email), username));
      if (!made.ok) return;
      m.accounts.push({
        id: made.value.id,
        contract,
        email: fold(email),
        username,
        password,
        fullName: registration.profile.fullName,
        isVerified: false,
        state: "active",
        isGone: false,
      });
    },
  };
}

/** Logs in, and begins a session of a contract; without one, only an access token is issued. */
function logIn(identifier: string, password: string, contract: "signup" | "users" | undefined): Step {
  return {
    name: `log in: ${identifier} ${password} ${contract ?? "without a session"}`,
    async run(m, world) {
      const result = await login(world, { identifier, password });
      expectOutcome("log in", result, model.loginOutcome(m, fold(identifier), password));
      if (!result.ok) return;
      const account = m.accounts.find(({ id }) => id === result.value.id) as model.ModelAccount;
      const handedOut = { account, counts: true, issuedAt: m.now };
      if (!contract) {
        const { token } = await issueAccessToken(world.issuing, result.value);
        m.accesses.push({ ...handedOut, token, session: undefined });
        return;
      }
      const pair = await beginSessionWithAccess(world, result.value, contract);
      const session = model.begin(m, account, contract, pair.refresh);
      m.accesses.push({ ...handedOut, token: pair.access.token, session });
    },
  };
}

function refresh(which: number, age: number): Step {
  return {
    name: `refresh session ${which} with its token ${age} changes ago`,
    needs: (m) => m.sessions,
    async run(m, world) {
      const session = pick(m.sessions, which);
      const back = Math.min(age, session.refresh.length - 1);
      const token = session.refresh.at(-1 - back) as string;
      const expected = model.refreshOutcome(m, session, back);
      const { account } = session;
      if (session.contract === "users") {
        const result = await refreshAccess(world, token, "users");
        expectOutcome("refresh users", result, expected);
        if (!result.ok) return;
        model.use(m, session);
        m.accesses.push({ account, session, counts: true, token: result.value.token, issuedAt: m.now });
        return;
      }
      const result = await rotateSession(world, token, session.contract);
      expectOutcome("refresh", result, expected);
      if (expected === "refresh-token-reused") session.isKept = false;
      if (!result.ok) return;
      const { access, refresh: next } = result.value;
      m.accesses.push({ account, session, counts: true, token: access.token, issuedAt: m.now });
      if (back === 1) expect(next).toBe(session.refresh.at(-1));
      else model.use(m, session, next);
    },
  };
}

/** A step that somebody with an access token takes. */
const withAccess = (
  name: string,
  which: number,
  act: (m: model.Model, world: World, access: model.ModelAccess) => Promise<void>,
): Step => ({
  name: `${name} with access token ${which}`,
  needs: (m) => m.accesses,
  run: (m, world) => act(m, world, pick(m.accesses, which)),
});

const show = (which: number) =>
  withAccess("show the account", which, async (m, world, access) => {
    expectOutcome("show", await authenticate(world, access.token), model.accessOutcome(m, access));
  });

const leave = (which: number) =>
  withAccess("log out", which, async (m, world, access) => {
    const expected = model.accessOutcome(m, access);
    expectOutcome("log out", await logOut(world, access.token), expected);
    if (expected === "ok" && access.session) access.session.isKept = false;
  });

const leaveEverywhere = (which: number) =>
  withAccess("end all sessions", which, async (m, world, access) => {
    const expected = model.accessOutcome(m, access);
    expectOutcome("end all", await endAllSessions(world, access.token), expected);
    if (expected === "ok") model.endAll(m, access.account);
  });

const rename = (which: number, fullName: string) =>
  withAccess(`change the name to ${fullName}`, which, async (m, world, access) => {
    const expected = model.accessOutcome(m, access);
    const change = { bearer: access.token, profile: { fullName } };
    expectOutcome("rename", await changeProfile(world, change), expected);
    if (expected === "ok") access.account.fullName = fullName;
  });

const newPassword = (which: number, current: string, password: string) =>
  withAccess(`change the password ${current} to ${password}`, which, async (m, world, access) => {
    const confirmed = model.confirmedOutcome(m, access, current);
    const expected = confirmed === "ok" && current === password ? "password-same" : confirmed;
    const change = { bearer: access.token, current, password: password as NewPassword };
    expectOutcome("change the password", await changePassword(world, change), expected);
    if (expected !== "ok") return;
    access.account.password = password;
    model.endAll(m, access.account, access.session);
  });

/** Guesses until no further guess is looked at. */
const guess = (which: number): Step => {
  const once = newPassword(which, "no-one's Passw0rd", passwords[0] as string);
  return {
    ...once,
    name: `guess with access token ${which}`,
    async run(m, world) {
      for (let tries = 0; tries < 5; tries++) await once.run(m, world);
    },
  };
};

const goForGood = (which: number, password: string) =>
  withAccess(`delete the account, by ${password}`, which, async (m, world, access) => {
    const expected = model.confirmedOutcome(m, access, password);
    expectOutcome("delete", await deleteAccount(world, { bearer: access.token, password }), expected);
    if (expected === "ok") access.account.isGone = true;
  });

/** Uses a link that some mail had. */
const withLink = (
  name: string,
  purpose: model.LinkPurpose,
  which: number,
  act: (m: model.Model, world: World, link: model.ModelLink) => Promise<void>,
): Step => {
  const those = (m: model.Model) => m.links.filter((link) => link.purpose === purpose);
  return {
    name: `${name} by link ${which}`,
    needs: those,
    run: (m, world) => act(m, world, pick(those(m), which)),
  };
};

const verify = (which: number) =>
  withLink("verify", "verify-email", which, async (m, world, link) => {
    const expected = model.linkOutcome(m, link);
    expectOutcome("verify", await spendToken(world, link.token, ["verify-email"]), expected);
    if (expected !== "ok") return;
    link.isSpent = true;
    link.account.isVerified = true;
  });

const disown = (which: number) =>
  withLink("disown", "disown-account", which, async (m, world, link) => {
    const expected = model.linkOutcome(m, link);
    expectOutcome("disown", await spendToken(world, link.token, ["disown-account"]), expected);
    if (expected !== "ok") return;
    link.isSpent = true;
    link.account.isGone = true;
  });

const reset = (which: number, password: string) =>
  withLink(`reset the password to ${password}`, "reset-password", which, async (m, world, link) => {
    const { account } = link;
    const usable = model.linkOutcome(m, link);
    const expected = usable === "ok" && account.password === password ? "password-same" : usable;
    const given = { token: link.token, password: password as NewPassword };
    expectOutcome("reset", await resetPassword(world, given), expected);
    if (expected !== "ok") return;
    link.isSpent = true;
    account.password = password;
    if (!account.isVerified) account.fullName = null;
    account.isVerified = true;
    model.endAll(m, account);
    for (const key of [account.email, account.username, `own:${account.id}`]) m.wrong.delete(key ?? "");
  });

const ask = (kind: "reset-password" | "resend-verification", email: string): Step => ({
  name: `ask for ${kind}: ${email}`,
  run: (_, world) => requestMail(world, kind, emailOf(email)),
});

const administer = (which: number, state: AccountState): Step => ({
  name: `make account ${which} ${state}`,
  needs: (m) => m.accounts,
  async run(m, world) {
    const account = pick(m.accounts, which);
    const expected = account.isGone ? undefined : account.state !== state;
    expect(await setState(world, account.id, state)).toBe(expected);
    if (!expected) return;
    account.state = state;
    if (state !== "active") model.endAll(m, account);
  },
});

const wait = (ms: number): Step => ({
  name: `wait ${ms / 1000} s`,
  async run(m, world) {
    world.step(ms);
    m.now += ms;
  },
});

/** Works off what is owed, and reads the mail: each is for an account that there is, and for what it may need. */
const settle: Step = {
  name: "work off the outbox",
  async run(m, world) {
    await sendMails(world.memory);
    await applyEffects(world.memory);
    for (const mail of world.store.mails.slice(world.mailsRead.count)) readMail(m, mail);
    world.mailsRead.count = world.store.mails.length;
    const homes = m.accounts.filter(({ isGone }) => !isGone).length;
    expect(world.store.homes.size).toBe(homes);
    expect([...world.store.jobs.values()].filter(({ lastError }) => lastError)).toEqual([]);
  },
};

function readMail(m: model.Model, { to, text }: World["store"]["mails"][number]): void {
  const account = model.byEmail(m, to) as model.ModelAccount;
  const add = (purpose: model.LinkPurpose, token: string) => {
    const link = { account, purpose, token, counts: true, isSpent: false };
    m.links.push({ ...link, validUntil: m.now + model.lifetimeMs[purpose] });
    if (purpose === "reset-password") expect(account.state).toBe("active");
    else expect(account.isVerified).toBe(false);
  };
  const found = [...text.matchAll(/(verify-email|reset-password)\?token=(\S+)/g)];
  for (const [at, [, page, token = ""]] of found.entries())
    add(page === "reset-password" ? page : at === 0 ? "verify-email" : "disown-account", token);
}

/** What both say of every account. */
function expectTheSame(m: model.Model, { store }: MemoryPorts): void {
  const real = [...store.accounts.values()].map((account) =>
    "deletedAt" in account
      ? { id: account.id, isGone: true }
      : {
          id: account.id,
          isGone: false,
          isVerified: account.isVerified,
          fullName: account.profile.fullName,
          state: stateOf(account),
        },
  );
  const expected = m.accounts.map(({ id, isGone, isVerified, fullName, state }) =>
    isGone ? { id, isGone } : { id, isGone, isVerified, fullName, state },
  );
  expect(real).toEqual(expected);
  const claimed = m.accounts.filter(({ isGone }) => !isGone).map(({ id }) => id);
  expect([...store.claims.values()].sort()).toEqual(claimed.sort());
}

// Weighted so that lives get somewhere: mostly one password, mostly short waits, mostly the newest of what was handed out.
const which = fc.oneof(
  { weight: 3, arbitrary: fc.constant(-1) },
  { weight: 2, arbitrary: fc.nat({ max: 40 }) },
);
const email = fc.constantFrom(...emails);
const username = fc.constantFrom(...usernames);
const password = fc.constantFrom(
  passwords[0],
  passwords[0],
  passwords[0],
  ...passwords,
) as fc.Arbitrary<string>;
const contract = fc.constantFrom("signup", "token", "users", "username", "form");
const kept = fc.constantFrom("signup", "signup", "users", undefined);
const state = fc.constantFrom("active", "active", "disabled", "deleted");
const seconds = fc.constantFrom(5, 5, 5, 11, 11, 16 * 60, 61 * 60, 25 * 3600, 8 * 86_400);

const weighted: [number, fc.Arbitrary<Step>][] = [
  [3, fc.tuple(contract, email, password, username).map((given) => signUp(...given))],
  [6, fc.tuple(fc.oneof(email, email, username), password, kept).map((given) => logIn(...given))],
  [4, fc.tuple(which, fc.nat({ max: 3 })).map((given) => refresh(...given))],
  [2, which.map(show)],
  [1, which.map(leave)],
  [1, which.map(leaveEverywhere)],
  [1, fc.tuple(which, fc.constantFrom("Ada", "Grace")).map((given) => rename(...given))],
  [2, fc.tuple(which, password, password).map((given) => newPassword(...given))],
  [1, which.map(guess)],
  [1, fc.tuple(which, password).map((given) => goForGood(...given))],
  [2, which.map(verify)],
  [1, which.map(disown)],
  [2, fc.tuple(which, password).map((given) => reset(...given))],
  [
    2,
    fc.tuple(fc.constantFrom("reset-password", "resend-verification"), email).map((given) => ask(...given)),
  ],
  [1, fc.tuple(which, state).map((given) => administer(...given))],
  [3, seconds.map((s) => wait(s * 1000))],
  [4, fc.constant(settle)],
];

const commandOf = ({ name, needs, run }: Step): fc.AsyncCommand<model.Model, World> => ({
  check: (m) => !needs || needs(m).length > 0,
  async run(m, world) {
    await run(m, world);
    expectTheSame(m, world.memory);
  },
  toString: () => name,
});

const commands = weighted.flatMap(([weight, step]) => Array(weight).fill(step.map(commandOf)));

test("an account lives as its model does, in 1,000 random lives", { timeout: 600_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.commands(commands, { maxCommands: 120, size: "max" }), (life) =>
      fc.asyncModelRun(() => {
        const world = newWorld();
        return { model: model.newModel(world.clock()), real: world };
      }, life),
    ),
    { numRuns: 1000 },
  );
  expect([...seen.keys()].sort()).toEqual(everyOutcome());
});

/** Every outcome of every step, by name. */
function everyOutcome(): string[] {
  const ofAccess = ["ok", "access-token-invalid", "access-token-expired"];
  const ofPassword = [...ofAccess, "credentials-wrong", "account-locked"];
  const ofLink = ["ok", "token-invalid", "token-expired"];
  const outcomes: Record<string, readonly string[]> = {
    "sign up": ["ok", "email-taken", "username-taken"],
    "log in": [
      "ok",
      "credentials-wrong",
      "account-locked",
      "email-not-verified",
      "account-disabled",
      "account-deleted",
    ],
    refresh: ["ok", "refresh-token-invalid", "refresh-token-reused", "account-disabled"],
    "refresh users": ["ok", "refresh-token-invalid"],
    show: ofAccess,
    "log out": ofAccess,
    "end all": ofAccess,
    rename: ofAccess,
    "change the password": [...ofPassword, "password-same"],
    delete: ofPassword,
    verify: ofLink,
    disown: ofLink,
    reset: [...ofLink, "password-same"],
  };
  return Object.entries(outcomes)
    .flatMap(([step, codes]) => codes.map((code) => `${step}: ${code}`))
    .sort();
}
