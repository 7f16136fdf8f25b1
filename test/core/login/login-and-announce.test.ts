import { expect, test } from "vitest";
import { loginAndAnnounce } from "../../../lib/core/login/login-and-announce.ts";
import { beginSession } from "../../../lib/core/sessions/begin-session.ts";
import { signUp } from "../../support/core-support.ts";
import { memoryPorts } from "../../support/memory/ports.ts";

const password = "correct horse battery";

async function somebody() {
  const memory = memoryPorts();
  const account = await signUp(memory, { contract: "users", password });
  const logIn = () =>
    loginAndAnnounce(
      { ...memory, bcryptCost: 4 },
      { identifier: "ada@example.com", password },
      async (found) => {
        const { id, token } = await beginSession(memory, found, "users");
        return { given: token, session: { id, end: memory.sessions.end } };
      },
    );
  return { memory, account, logIn };
}

test("a login leaves a session of an account that nothing changes meanwhile", async () => {
  const { memory, logIn } = await somebody();
  expect(await logIn()).toMatchObject({ ok: true });
  expect(memory.store.sessions.size).toBe(1);
});

// The session would stay for 30 days: the deletion has looked for sessions before this one was there.
test.each([
  ["its deletion", { deletes: true }],
  ["the end of all its sessions", { endsSessions: "all" }],
] as const)("a login that races %s leaves no session and is refused as wrong", async (_, change) => {
  const { memory, account, logIn } = await somebody();
  memory.before("sessions.begin", async () => {
    expect(await memory.accounts.change(account, change)).toBe(true);
  });
  const before = memory.store.jobs.size;
  expect(await logIn()).toEqual({
    ok: false,
    refusal: { code: "credentials-wrong", attemptsRemaining: 4 },
  });
  expect(memory.store.sessions.size).toBe(0);
  expect([...memory.store.jobs.values()].slice(before)).toEqual([]);
});
