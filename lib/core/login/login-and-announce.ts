import type { Account } from "../account/account.ts";
import { announcement } from "../outbox/announcement.ts";
import type { Outbox } from "../outbox/outbox.ts";
import type { Sessions } from "../sessions/sessions.ts";
import type { Ids } from "../shared/ids.ts";
import { limits } from "../shared/limits.ts";
import { accept, type Result, refuse } from "../shared/refusals.ts";
import { type Credentials, type LoginPorts, type LoginRefusalCode, login } from "./login.ts";

export interface AnnouncedLoginPorts extends LoginPorts {
  readonly outbox: Pick<Outbox, "add">;
  readonly ids: Pick<Ids, "uuidV7">;
}

/** The contract's answer to a login. */
interface LoggedIn<Given> {
  readonly given: Given;
  /** The session that the login began, if any, and what ends it. */
  readonly session?: { readonly id: string; readonly end: Sessions["end"] };
}

/**
 * Logs in on the terms of `login`, and queues the event before the caller gets an answer. Every contract's login uses
 * this function, so that none goes unreported.
 * The account is read again after its session began. A deletion or a reset that ran meanwhile has not seen the session,
 * which would stay in the table.
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
  const account = result.value;
  const { given, session } = await begin(account);
  if (session && (await ports.accounts.find(account.id))?.epoch !== account.epoch) {
    await session.end({ accountId: account.id, id: session.id });
    return refuse({ code: "credentials-wrong", attemptsRemaining: limits.wrongPasswordsMost - 1 });
  }
  await ports.outbox.add(announcement("account.logged-in", account, ports.ids, session?.id));
  return accept(given);
}
