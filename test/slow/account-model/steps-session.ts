import { expect } from "vitest";
import { issueAccessToken } from "../../../lib/core/access-tokens/access-token.ts";
import type { Account } from "../../../lib/core/account/account.ts";
import { loginAndAnnounce } from "../../../lib/core/login/login-and-announce.ts";
import { authenticate } from "../../../lib/core/sessions/authenticate.ts";
import { beginSession, beginSessionWithAccess } from "../../../lib/core/sessions/begin-session.ts";
import { endAllSessions, logOut } from "../../../lib/core/sessions/manage-sessions.ts";
import { rotateSession } from "../../../lib/core/sessions/rotate-session.ts";
import { refreshAccess } from "../../../lib/core/sessions/use-session.ts";
import * as model from "./model.ts";
import * as rules from "./rules.ts";
import { expectOutcome, fold, pick, type Step, type World, withAccess } from "./world.ts";

/* Steps of logins, sessions and access tokens. */

/** The session of a login. Without a contract there is only an access token. */
export type Kept = "signup" | "users" | "form" | undefined;

export function logIn(identifier: string, password: string, kept: Kept): Step {
  return {
    name: `log in: ${identifier} ${password} ${kept ?? "without a session"}`,
    async run(m, world) {
      const result = await loginAndAnnounce(world, { identifier, password }, (found) =>
        beginAs(world, found, kept),
      );
      expectOutcome("log in", result, rules.loginOutcome(m, fold(identifier), password));
      if (!result.ok) return;
      const { id, access, refresh } = result.value;
      const account = m.accounts.find((one) => one.id === id) as model.ModelAccount;
      const [, sessionId = ""] = refresh?.split(".") ?? [];
      const session =
        kept && refresh ? rules.begin(m, account, kept, { id: sessionId, token: refresh }) : undefined;
      model.tell(account, "account.logged-in", session);
      if (access) m.accesses.push({ account, counts: true, issuedAt: m.now, token: access, session });
    },
  };
}

interface HandedOut {
  readonly id: string;
  readonly access?: string;
  readonly refresh?: string;
}

/** Hands out the tokens of a login. */
async function beginAs(
  world: World,
  found: Account,
  kept: Kept,
): Promise<{
  readonly given: HandedOut;
  readonly session?: { readonly id: string; readonly end: World["sessions"]["end"] };
}> {
  const { id } = found;
  if (!kept) {
    const { token: access } = await issueAccessToken(world.issuing, found);
    return { given: { id, access } };
  }
  if (kept === "form") {
    const { id: sessionId, token: refresh } = await beginSession(world, found, kept);
    return { given: { id, refresh }, session: { id: sessionId, end: world.sessions.end } };
  }
  const { access, refresh, sessionId } = await beginSessionWithAccess(world, found, kept);
  return {
    given: { id, access: access.token, refresh },
    session: { id: sessionId, end: world.sessions.end },
  };
}

const refreshable = (m: model.Model) => m.sessions.filter(({ contract }) => contract !== "form");

export function refresh(which: number, age: number): Step {
  return {
    name: `refresh session ${which} with its token ${age} changes ago`,
    needs: refreshable,
    async run(m, world) {
      const session = pick(refreshable(m), which);
      const back = Math.min(age, session.refresh.length - 1);
      const token = session.refresh.at(-1 - back) as string;
      const expected = rules.refreshOutcome(m, session, back);
      const handedOut = { account: session.account, session, counts: true, issuedAt: m.now };
      if (session.contract === "users") {
        const result = await refreshAccess(world, token, "users");
        expectOutcome("refresh users", result, expected);
        if (!result.ok) return;
        rules.use(m, session);
        m.accesses.push({ ...handedOut, token: result.value.token });
        return;
      }
      const result = await rotateSession(world, token, session.contract);
      expectOutcome("refresh", result, expected);
      if (expected === "refresh-token-reused") session.isKept = false;
      if (!result.ok) return;
      const { access, refresh: next } = result.value;
      m.accesses.push({ ...handedOut, token: access.token });
      if (back === 1) expect(next).toBe(session.refresh.at(-1));
      else rules.use(m, session, next);
    },
  };
}

export const show = (which: number) =>
  withAccess("show the account", which, async (m, world, access) => {
    expectOutcome("show", await authenticate(world, access.token), rules.accessOutcome(m, access));
  });

export const leave = (which: number) =>
  withAccess("log out", which, async (m, world, access) => {
    const expected = rules.accessOutcome(m, access);
    expectOutcome("log out", await logOut(world, access.token), expected);
    if (expected === "ok" && access.session) access.session.isKept = false;
  });

export const leaveEverywhere = (which: number) =>
  withAccess(
    "end all sessions",
    which,
    async (m, world, access) => {
      const expected = rules.accessOutcome(m, access);
      expectOutcome("end all", await endAllSessions(world, access.token), expected);
      if (expected === "ok") model.endAll(m, access.account);
    },
    "ends all sessions",
  );
