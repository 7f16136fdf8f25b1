import { describe, expect, test } from "vitest";
import { isPassword } from "../../../lib/core/passwords/password.ts";
import { fault, type MemoryPorts, type Operation } from "../../support/memory/ports.ts";
import { type Flow, flows, newPorts, other, type Ports } from "./crash-flows.ts";

/*
 * A function may be killed between any two of its writes. A flow that uses up a link, a refresh token, an invitation or
 * an account then has its whole effect or none. Either way it can be repeated. That each of these is one write on the
 * table too is shown by test/aws/table/one-write.test.ts.
 */

/** Returns everything kept but counts, without values that differ between runs. */
async function keptIn({ store }: MemoryPorts) {
  const accounts = [...store.accounts.values()].map(async ({ id, number, ...account }) => {
    if (!("passwordHash" in account)) return account;
    const { passwordHash, emailCiphertext, pendingEmail, ...plain } = account;
    const hasOther = await isPassword(other, passwordHash, 4);
    return { ...plain, hasOther, pendingEmail: pendingEmail?.emailHash };
  });
  return {
    accounts: await Promise.all(accounts),
    jobs: [...store.jobs.values()].map(({ order }) => order.kind),
    sessions: [...store.sessions.values()].map(({ id, epoch, generation }) => ({ id, epoch, generation })),
    tokens: [...store.tokens.keys()],
    invitations: [...store.invitations.keys()],
    records: [...store.records.keys()],
    claims: [...store.claims.keys()],
  };
}

type Answer = { readonly ok: boolean; readonly refusal?: { readonly code: string } };

const codeOf = (answer: unknown) => {
  const { ok, refusal } = answer as Answer;
  return ok ? "ok" : (refusal?.code ?? "refused");
};

const isRead = (operation: Operation) =>
  /\.(find|findIdByEmail|findIdByUsername|list|decryptEmail|encryptEmail|take)$/.test(operation);

/** Runs a flow. Returns its writes in order, each with its count so far, its answer, and the data that is kept afterwards. */
async function runOf({ prepare, answered = "ok" }: Flow) {
  const ports = newPorts();
  const act = await prepare(ports);
  const begun = ports.calls.length;
  expect(codeOf(await act())).toBe(answered);
  const all = ports.calls.slice(begun).filter((operation) => !isRead(operation));
  const writes = all.map((operation, at) => {
    const nth = all.slice(0, at + 1).filter((one) => one === operation).length;
    return { operation, nth };
  });
  return { writes, answered, effect: await keptIn(ports) };
}

type Moment = { readonly when: "before" | "after"; readonly operation: Operation; readonly nth: number };

/** Kills the nth call of an operation from now on. */
function killAt(ports: Ports, { when, operation, nth }: Moment): void {
  for (let skipped = 1; skipped < nth; skipped++) ports[when](operation, () => {});
  ports[when](operation, fault(operation));
}

/**
 * Kills a flow at a moment, and repeats it.
 * @returns Whether the flow had its effect before it was killed.
 */
async function killed(flow: Flow, moment: Moment, { answered, effect }: Awaited<ReturnType<typeof runOf>>) {
  const ports = newPorts();
  const act = await flow.prepare(ports);
  const before = await keptIn(ports);
  killAt(ports, moment);
  await expect(act()).rejects.toThrow("injected");
  const now = await keptIn(ports);
  const isDone = JSON.stringify(now) !== JSON.stringify(before);
  expect(now, `${moment.when} ${moment.operation}`).toEqual(isDone ? effect : before);
  expect(codeOf(await act())).toBe(isDone ? flow.repeated : answered);
  if (!isDone || !flow.isAnew) expect(await keptIn(ports)).toEqual(effect);
  return isDone;
}

describe("a flow that is killed before or after any of its writes", () => {
  test.each(
    Object.entries(flows),
  )("gives %s its whole effect or none when killed, and lets it be repeated", async (_, flow) => {
    const run = await runOf(flow);
    const found: boolean[] = [];
    for (const write of run.writes)
      for (const when of ["before", "after"] as const)
        found.push(await killed(flow, { when, ...write }, run));
    // The one write with the effect is among them.
    expect([...new Set(found)]).toEqual([false, true]);
  });
});
