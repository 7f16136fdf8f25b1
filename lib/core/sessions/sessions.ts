import type { Account } from "../account/account.ts";
import type { Job } from "../outbox/job.ts";
import type { Session } from "./session.ts";

export interface Sessions {
  begin(session: Session): Promise<void>;
  find(accountId: string, id: string): Promise<Session | undefined>;
  /** Notes a use of a session and lets it live on. @returns false if it has been ended. */
  use(session: Session, used: Pick<Session, "usedAt" | "idleUntil">): Promise<boolean>;
  /**
   * Changes the secret of a session for its successor, if session and account are still as they were read.
   * @returns false if not, and for all but one of racing callers.
   */
  rotate(
    session: Session,
    account: Account,
    next: Pick<Session, "secretHash" | "usedAt" | "idleUntil">,
  ): Promise<boolean>;
  /** The newest sessions of an account, `sessionsListed` at most, expired ones among them; newest first. */
  list(accountId: string): Promise<Session[]>;
  /**
   * Ends a session. Bears repetition.
   * @param jobs What that owes, by the same transaction; of racing callers and repeats one owes it.
   */
  end(session: Pick<Session, "accountId" | "id">, jobs?: readonly Job[]): Promise<void>;
}
