import type { Account } from "../account/account.ts";
import type { Job } from "../outbox/job.ts";
import type { Session } from "./session.ts";

export interface Sessions {
  begin(session: Session): Promise<void>;
  find(accountId: string, id: string): Promise<Session | undefined>;
  /**
   * Notes a use of a session and extends it.
   * @returns false if it has ended.
   */
  use(session: Session, used: Pick<Session, "usedAt" | "idleUntil">): Promise<boolean>;
  /**
   * Replaces a session's secret by its successor, if session and account are still as they were read.
   * @returns false if they are not. If several callers race, all but one get false.
   */
  rotate(
    session: Session,
    account: Account,
    next: Pick<Session, "secretHash" | "usedAt" | "idleUntil">,
  ): Promise<boolean>;
  /**
   * Lists the newest sessions of an account, newest first and at most `sessionsListed`. Expired ones are among them.
   */
  list(accountId: string): Promise<Session[]>;
  /**
   * Ends a session. Idempotent.
   * @param jobs Jobs to write in that transaction. Among racing callers and repeats, one writes them.
   */
  end(session: Pick<Session, "accountId" | "id">, jobs?: readonly Job[]): Promise<void>;
}
