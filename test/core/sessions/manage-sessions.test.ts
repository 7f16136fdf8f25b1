import { describe, expect, test } from "vitest";
import { issueAccessToken } from "../../../lib/core/access-tokens/access-token.ts";
import { beginSessionWithAccess } from "../../../lib/core/sessions/begin-session.ts";
import {
  endAllSessions,
  endOneSession,
  listSessions,
  logOut,
} from "../../../lib/core/sessions/manage-sessions.ts";
import { useSession } from "../../../lib/core/sessions/use-session.ts";
import type { ContractName } from "../../../lib/core/shared/contracts.ts";
import { dayMs, minuteMs, signUp, storedAccount } from "../../support/core-support.ts";
import { memoryPorts } from "../../support/memory/ports.ts";
import { tokenWorld } from "../../support/token-support.ts";

// One key for all tests, because making one takes a third of a second.
const world = tokenWorld();
await world.addKey();

async function somebody(email = "ada@example.com", memory = memoryPorts()) {
  const account = await signUp(memory, { contract: "users", email });
  const issuing = { ...world.issuing, clock: memory.clock };
  const ports = { ...memory, issuing, verifying: { ...world.verifying, clock: memory.clock } };
  const read = () => storedAccount(memory, account.id);
  return {
    memory,
    ports,
    read,
    begin: async (contract: ContractName = "signup") => {
      const { access, refresh } = await beginSessionWithAccess(ports, read(), contract);
      return { access: access.token, refresh, id: refresh.split(".")[1] as string };
    },
    bare: async () => (await issueAccessToken(issuing, read())).token,
    change: (changes: object) => void memory.store.accounts.set(account.id, { ...read(), ...changes }),
  };
}

type Somebody = Awaited<ReturnType<typeof somebody>>;

async function idsSeen({ ports }: Somebody, token: string) {
  const listed = await listSessions(ports, token);
  return listed.ok ? listed.value.sessions.map(({ id }) => id) : listed.refusal.code;
}

const codeOf = (result: { ok: true } | { ok: false; refusal: { code: string } }) =>
  result.ok ? "ok" : result.refusal.code;

describe("the sessions of an account", () => {
  test("lists sessions of every contract, newest first, with the one that asks", async () => {
    const ada = await somebody();
    const ids: string[] = [];
    for (const contract of ["signup", "form", "users"] as const) {
      ada.memory.step(minuteMs);
      ids.unshift((await ada.begin(contract)).id);
    }
    const own = await ada.begin();
    const listed = await listSessions(ada.ports, own.access);
    expect(listed).toMatchObject({ ok: true, value: { current: own.id } });
    expect(await idsSeen(ada, own.access)).toEqual([own.id, ...ids]);
  });

  test("does not list expired sessions, ended sessions or sessions of an earlier epoch", async () => {
    const ada = await somebody();
    await ada.begin();
    ada.change({ epoch: 1 });
    const idle = await ada.begin();
    const ended = await ada.begin();
    await ada.memory.sessions.end({ accountId: ada.read().id, id: ended.id });
    ada.memory.step(7 * dayMs);
    expect(ada.memory.store.sessions.has(idle.id)).toBe(true);
    const own = await ada.begin();
    expect(await idsSeen(ada, own.access)).toEqual([own.id]);
  });

  test("notes when a session of any kind was last used", async () => {
    const ada = await somebody();
    const browser = await ada.begin("form");
    ada.memory.step(25 * minuteMs);
    await useSession(ada.ports, browser.refresh, "form");
    expect(ada.memory.store.sessions.get(browser.id)).toMatchObject({
      usedAt: ada.memory.clock(),
      idleUntil: ada.memory.clock() + 7 * dayMs,
    });
  });

  test("lists sessions for a sessionless token, and marks none as the asking one", async () => {
    const ada = await somebody();
    const { id } = await ada.begin();
    const listed = await listSessions(ada.ports, await ada.bare());
    expect(listed).toMatchObject({ ok: true, value: { sessions: [{ id }], current: undefined } });
  });
});

describe("ending one session", () => {
  test("ends one session with its access tokens, and says whether it was asking", async () => {
    const ada = await somebody();
    const [own, other] = [await ada.begin(), await ada.begin()];
    expect(await endOneSession(ada.ports, { token: own.access, id: other.id })).toEqual({
      ok: true,
      value: { wasCurrent: false },
    });
    expect(await idsSeen(ada, other.access)).toBe("access-token-invalid");
    expect(await idsSeen(ada, own.access)).toEqual([own.id]);
    expect(await endOneSession(ada.ports, { token: own.access, id: own.id })).toEqual({
      ok: true,
      value: { wasCurrent: true },
    });
    expect(await idsSeen(ada, own.access)).toBe("access-token-invalid");
  });

  test("finds neither another account's session, nor an expired one, nor an invalid id", async () => {
    const ada = await somebody();
    const bob = await somebody("bob@example.com", ada.memory);
    const [theirs, idle] = [await bob.begin(), await ada.begin()];
    ada.memory.step(7 * dayMs - minuteMs);
    const own = await ada.begin();
    ada.memory.step(minuteMs);
    const before = [...ada.memory.store.sessions.keys()];
    for (const id of [theirs.id, idle.id, "", "ACCOUNT", "x", own.id.toUpperCase(), `${own.id}#`, "é"])
      expect(codeOf(await endOneSession(ada.ports, { token: own.access, id }))).toBe("session-not-found");
    expect([...ada.memory.store.sessions.keys()]).toEqual(before);
  });
});

describe("ending all sessions", () => {
  test("ends more sessions than a list shows, and tokens without a session", async () => {
    const ada = await somebody();
    const all = [];
    for (let count = 0; count < 105; count++) all.push(await ada.begin(count % 2 ? "users" : "signup"));
    const bare = await ada.bare();
    expect(codeOf(await endAllSessions(ada.ports, all[104]?.access ?? ""))).toBe("ok");
    for (const token of [bare, ...all.map(({ access }) => access)])
      expect(await idsSeen(ada, token)).toBe("access-token-invalid");
    expect(await useSession(ada.ports, all[1]?.refresh ?? "", "users")).toBeUndefined();
    const next = await ada.begin();
    expect(await idsSeen(ada, next.access)).toEqual([next.id]);
  });

  test("ends all sessions although the address is verified at the same time", async () => {
    const ada = await somebody();
    const { access } = await ada.begin();
    ada.memory.before("accounts.change", () => ada.change({ isVerified: true }));
    expect(codeOf(await endAllSessions(ada.ports, access))).toBe("ok");
    expect(ada.read()).toMatchObject({ isVerified: true, epoch: 1 });
  });

  test("refuses a session that another change has ended first", async () => {
    const ada = await somebody();
    const { access } = await ada.begin();
    ada.memory.before("accounts.change", () => ada.change({ epoch: 1 }));
    expect(codeOf(await endAllSessions(ada.ports, access))).toBe("access-token-invalid");
    expect(ada.read().epoch).toBe(1);
  });
});

describe("logging out", () => {
  test("logging out ends only the token's session, and refuses the token afterwards", async () => {
    const ada = await somebody();
    const [own, other] = [await ada.begin(), await ada.begin()];
    expect(codeOf(await logOut(ada.ports, own.access))).toBe("ok");
    expect(await idsSeen(ada, other.access)).toEqual([other.id]);
    expect(codeOf(await logOut(ada.ports, own.access))).toBe("access-token-invalid");
  });

  test("logging out ends nothing for a token without a session", async () => {
    const ada = await somebody();
    const other = await ada.begin();
    expect(codeOf(await logOut(ada.ports, await ada.bare()))).toBe("ok");
    expect(await idsSeen(ada, other.access)).toEqual([other.id]);
  });
});

describe("every call about sessions", () => {
  // GHSA-2vg6-77g8-24mp, allauth 65.13.0: sessions outlived the disabling of an account and a reset.
  test.each<[string, object, string]>([
    ["is disabled", { isActive: false }, "access-token-invalid"],
    ["has another epoch", { epoch: 1 }, "access-token-invalid"],
  ])("refuses a call about sessions at once if the account %s, changing nothing", async (_, changes, code) => {
    const ada = await somebody();
    const { access, id } = await ada.begin();
    ada.change(changes);
    const before = [ada.read(), ...ada.memory.store.sessions.values()];
    const { ports } = ada;
    const outcomes = [
      await listSessions(ports, access),
      await endOneSession(ports, { token: access, id }),
      await endAllSessions(ports, access),
      await logOut(ports, access),
    ];
    expect(outcomes.map(codeOf)).toEqual(Array(4).fill(code));
    expect([ada.read(), ...ada.memory.store.sessions.values()]).toEqual(before);
  });

  test("refuses a refresh token as access token", async () => {
    const ada = await somebody();
    const { refresh } = await ada.begin();
    expect(await idsSeen(ada, refresh)).toBe("access-token-invalid");
    expect(codeOf(await logOut(ada.ports, refresh))).toBe("access-token-invalid");
  });
});
