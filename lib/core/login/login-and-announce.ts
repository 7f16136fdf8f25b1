import type { Account } from "../account/account.ts";
import { announcement } from "../outbox/announcement.ts";
import type { Outbox } from "../outbox/outbox.ts";
import type { Ids } from "../shared/ids.ts";
import { accept, type Result } from "../shared/refusals.ts";
import { type Credentials, type LoginPorts, type LoginRefusalCode, login } from "./login.ts";

export interface AnnouncedLoginPorts extends LoginPorts {
  readonly outbox: Pick<Outbox, "add">;
  readonly ids: Pick<Ids, "uuidV7">;
}

/** What a contract gives to somebody who has logged in. */
interface LoggedIn<Given> {
  readonly given: Given;
  /** The session that was begun, if one was. */
  readonly sessionId?: string;
}

/**
 * Logs somebody in, on the terms of `login`: every contract's login comes through here, so that none goes untold. The event is
 * queued before the caller has an answer.
 * @param begin Gives the contract's tokens, and begins its session if it has one.
 * @throws DependencyFault Where the event could not be queued, the session is begun and nobody has its token.
 */
export async function loginAndAnnounce<Given>(
  ports: AnnouncedLoginPorts,
  credentials: Credentials,
  begin: (account: Account) => Promise<LoggedIn<Given>>,
): Promise<Result<Given, LoginRefusalCode>> {
  const result = await login(ports, credentials);
  if (!result.ok) return result;
  const { given, sessionId } = await begin(result.value);
  await ports.outbox.add(announcement("account.logged-in", result.value, ports.ids, sessionId));
  return accept(given);
}
