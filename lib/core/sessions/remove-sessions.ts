import type { Sessions } from "./sessions.ts";

/** Removes the sessions of a deleted account. Idempotent. */
export async function removeSessions(
  sessions: Pick<Sessions, "list" | "end">,
  accountId: string,
): Promise<void> {
  for (;;) {
    const some = await sessions.list(accountId);
    if (some.length === 0) return;
    await Promise.all(some.map((session) => sessions.end(session)));
  }
}
