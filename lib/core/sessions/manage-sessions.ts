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

/** The live sessions of an account, newest first, with the one that asks. */
export interface LiveSessions {
  readonly sessions: readonly Session[];
  /** The id of the access token's session, if it has one. */
  readonly current: string | undefined;
}

/**
 * Lists the live sessions among the newest of a bearer's account.
 * @throws DependencyFault when a service fails.
 */
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
 * Ends one session of a bearer's account.
 * @param id As received from the caller.
 * @returns Whether it was the session that asked. `session-not-found` if the id names no live session of this account.
 * @throws DependencyFault when a service fails.
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
 * Ends every session and every access token of a bearer's account, this one included. It raises the account's epoch, so
 * the number of sessions does not matter, nor whether a token has a session. Most one-time tokens end too.
 * @returns Also `access-token-invalid` if another change ended this session first. That change may have left other
 *   sessions alive.
 * @throws DependencyFault when a service fails.
 */
export async function endAllSessions(
  ports: SessionKeepingPorts,
  token: string,
): Promise<Result<void, BearerRefusalCode>> {
  const ended = await changeOwnAccount(ports, token, async () => accept({ endsSessions: "all" }));
  return ended.ok ? accept(undefined) : ended;
}

/**
 * Ends the session of an access token. A token without a session expires by itself.
 * @throws DependencyFault when a service fails.
 */
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
