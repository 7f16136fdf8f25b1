import { expect } from "vitest";
import type { Attempts } from "../../../lib/core/passwords/attempts.ts";
import { limits } from "../../../lib/core/shared/limits.ts";
import { type MemoryPorts, memoryPorts } from "../../support/memory/ports.ts";
import { tokenWorld } from "../../support/token-support.ts";
import type { LinkPurpose, Model, ModelAccess, ModelLink, Setting } from "./model.ts";

/* The product's side of a life, and what a step of it is. */

// One signing key for all: making one takes a third of a second.
const tokens = tokenWorld();
await tokens.addKey();

/** A deployment with everything in memory. */
export function newWorld({ byInvitation, hidesTakenEmails }: Setting) {
  const memory = memoryPorts();
  const issuing = { ...tokens.issuing, clock: memory.clock };
  const verifying = { ...tokens.verifying, clock: memory.clock };
  const attempts = { ...memory.attempts, begin: lockForGood(memory) };
  const signUp = byInvitation ? ("by-invitation" as const) : ("open" as const);
  const set = { signUp, hidesTakenEmails, bcryptCost: 4, removeUnverifiedAfterDays: 7 };
  return { ...memory, ...set, memory, attempts, issuing, verifying, mailsRead: { count: 0 } };
}

/** Counts attempts as the product does, but a lock has no end: the model has no times of locks. */
const lockForGood =
  ({ store }: MemoryPorts): Attempts["begin"] =>
  async (key) => {
    const before = store.attempts.get(key)?.wrong ?? 0;
    const remaining = Math.max(limits.wrongPasswordsMost - before - 1, 0);
    if (before >= limits.wrongPasswordsMost) return { lockedSeconds: 60, isNew: false, remaining };
    store.attempts.set(key, { wrong: before + 1, lockedUntil: 0, expiresAt: Number.POSITIVE_INFINITY });
    return { lockedSeconds: 0, isNew: false, remaining };
  };

export type World = ReturnType<typeof newWorld>;

type Outcome = { readonly ok: true } | { readonly ok: false; readonly refusal: { readonly code: string } };

/** How often each outcome of each step came about: lives that never get anywhere would prove nothing. */
export const seen = new Map<string, number>();

/**
 * Expects of a step what the model says.
 * @param expected `ok`, perhaps with more behind it, or the code of a refusal.
 */
export function expectOutcome(step: string, outcome: Outcome, expected: string): void {
  expect(outcome.ok ? "ok" : outcome.refusal.code).toBe(expected.startsWith("ok") ? "ok" : expected);
  note(step, expected);
}

/** Counts an outcome. */
export function note(step: string, outcome: string): void {
  const key = `${step}: ${outcome}`;
  seen.set(key, (seen.get(key) ?? 0) + 1);
}

/** One step of a life: what it is called, when it can be taken, and what it does to both. */
export interface Step {
  readonly name: string;
  /** What it can bring on accounts, in the words of docs/account-life.md. */
  readonly cause?: string;
  /** Picked from by the step, which cannot be taken while there is nothing. */
  readonly needs?: (m: Model) => readonly unknown[];
  readonly run: (m: Model, world: World) => Promise<void>;
}

/** One of them; -1 is the last. */
export const pick = <T>(from: readonly T[], at: number): T => from.at(at % from.length) as T;

/** How an address or a name is compared. */
export const fold = (text: string) => text.toLowerCase();

/** A step that somebody with an access token takes. */
export const withAccess = (
  name: string,
  which: number,
  act: (m: Model, world: World, access: ModelAccess) => Promise<void>,
  cause?: string,
): Step => ({
  name: `${name} with access token ${which}`,
  ...(cause !== undefined && { cause }),
  needs: (m) => m.accesses,
  run: (m, world) => act(m, world, pick(m.accesses, which)),
});

/** A step that takes a link which some mail had. */
export const withLink = (
  name: string,
  purpose: LinkPurpose,
  which: number,
  act: (m: Model, world: World, link: ModelLink) => Promise<void>,
  cause?: string,
): Step => {
  const those = (m: Model) => m.links.filter((link) => link.purpose === purpose);
  return {
    name: `${name} by link ${which}`,
    ...(cause !== undefined && { cause }),
    needs: those,
    run: (m, world) => act(m, world, pick(those(m), which)),
  };
};
