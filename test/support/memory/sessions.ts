import type { Account } from "../../../lib/core/account/account.ts";
import type { Job } from "../../../lib/core/outbox/job.ts";
import type { Session } from "../../../lib/core/sessions/session.ts";

/** Sessions by id, changed in one step each. */
export function memorySessions(
  stored: Map<string, Session>,
  findAccount: (id: string) => Account | undefined,
  queue: (job: Job) => void,
) {
  const find = (accountId: string, id: string) => {
    const session = stored.get(id);
    return session?.accountId === accountId ? session : undefined;
  };
  return {
    begin: (session: Session) => void stored.set(session.id, session),
    find,
    use({ accountId, id, secretHash }: Session, used: Pick<Session, "usedAt" | "idleUntil">) {
      const session = find(accountId, id);
      if (session?.secretHash !== secretHash) return false;
      stored.set(id, { ...session, ...used });
      return true;
    },
    rotate(read: Session, { epoch }: Account, next: Pick<Session, "secretHash" | "usedAt" | "idleUntil">) {
      const account = findAccount(read.accountId);
      const session = find(read.accountId, read.id);
      const isAsRead =
        session?.generation === read.generation &&
        session.secretHash === read.secretHash &&
        session.epoch === read.epoch;
      if (!isAsRead || !account?.isActive || account.epoch !== epoch) return false;
      stored.set(read.id, { ...session, ...next, generation: session.generation + 1 });
      return true;
    },
    list: (accountId: string) =>
      [...stored.values()]
        .filter((session) => session.accountId === accountId)
        .sort((one, other) => (one.id < other.id ? 1 : -1))
        .slice(0, 100),
    end({ accountId, id }: Pick<Session, "accountId" | "id">, jobs: readonly Job[] = []) {
      if (!find(accountId, id)) return;
      stored.delete(id);
      for (const job of jobs) queue(job);
    },
  };
}
