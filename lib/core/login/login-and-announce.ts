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

/** The contract's answer to a login. */
interface LoggedIn<Given> {
  readonly given: Given;
  /** The session that the login began, if any. */
  readonly sessionId?: string;
}

/**
 * Logs in on the terms of `login`, and queues the event before the caller gets an answer. Every contract's login uses
 * this function, so that none goes unreported.
 * @param begin Makes the contract's tokens, and begins its session if it has one.
 * @throws DependencyFault If the event could not be queued. The session has begun then, and nobody has its token.
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
