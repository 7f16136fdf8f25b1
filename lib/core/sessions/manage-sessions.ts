import type { Accounts } from "../account/accounts.ts";
import { isUuid } from "../shared/ids.ts";
import { accept, type Result, refuse } from "../shared/refusals.ts";
import type { BearerRefusalCode } from "./authenticate.ts";
import { authenticate, type BearerPorts } from "./authenticate.ts";
import { changeOwnAccount } from "./change-own-account.ts";
import { isLive, type Session } from "./session.ts";
import type { Sessions } from "./sessions.ts";

export interface SessionKeepingPorts extends BearerPorts {
  readonly accounts: Pick<Accounts, "find" | "change">;
  readonly sessions: Pick<Sessions, "find" | "list" | "end">;
}

/** The sessions of an account that somebody could use now, newest first, and which of them asks. */
export interface LiveSessions {
  readonly sessions: readonly Session[];
  /** The id of the session that the access token belongs to, if it belongs to one. */
  readonly current: string | undefined;
}

/** Lists the live ones among the newest sessions of an access token's bearer. @throws DependencyFault */
export async function listSessions(
  ports: SessionKeepingPorts,
  token: string,
): Promise<Result<LiveSessions, BearerRefusalCode>> {
  const bearer = await authenticate(ports, token);
  if (!bearer.ok) return bearer;
  const { account, session } = bearer.value;
  const now = ports.verifying.clock();
  const all = await ports.sessions.list(account.id);
  return accept({ sessions: all.filter((one) => isLive(one, account, now)), current: session?.id });
}

/**
 * Ends one session of an access token's bearer.
 * @param id As it came from the caller.
 * @returns whether it was the one that asked; `session-not-found` for what is not a live session of this account.
 * @throws DependencyFault
 */
export async function endOneSession(
  ports: SessionKeepingPorts,
  { token, id }: { readonly token: string; readonly id: string },
): Promise<Result<{ readonly wasCurrent: boolean }, BearerRefusalCode | "session-not-found">> {
  const bearer = await authenticate(ports, token);
  if (!bearer.ok) return bearer;
  const { account, session: current } = bearer.value;
  const session = isUuid(id) ? await ports.sessions.find(account.id, id) : undefined;
  if (!session || !isLive(session, account, ports.verifying.clock()))
    return refuse({ code: "session-not-found" });
  await ports.sessions.end(session);
  return accept({ wasCurrent: session.id === current?.id });
}

/**
 * Ends every session and every access token of a bearer's account, this one too, by raising its epoch: so it does not
 * matter how many there are, nor whether a token belongs to a session. Most one-time tokens end with them.
 * @returns `access-token-invalid` too if somebody else's change ended this session first; it may not have ended theirs.
 * @throws DependencyFault
 */
export async function endAllSessions(
  ports: SessionKeepingPorts,
  token: string,
): Promise<Result<void, BearerRefusalCode>> {
  const ended = await changeOwnAccount(ports, token, async () => accept({ endsSessions: "all" }));
  return ended.ok ? accept(undefined) : ended;
}

/** Ends the session that an access token belongs to. One that belongs to none runs out by itself. @throws DependencyFault */
export async function logOut(
  ports: BearerPorts & { readonly sessions: Pick<Sessions, "end"> },
  token: string,
): Promise<Result<void, BearerRefusalCode>> {
  const bearer = await authenticate(ports, token);
  if (!bearer.ok) return bearer;
  const { session } = bearer.value;
  if (session) await ports.sessions.end(session);
  return accept(undefined);
}
