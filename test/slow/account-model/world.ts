import { expect } from "vitest";
import type { Attempts } from "../../../lib/core/passwords/attempts.ts";
import { limits } from "../../../lib/core/shared/limits.ts";
import { type MemoryPorts, memoryPorts } from "../../support/memory/ports.ts";
import { tokenWorld } from "../../support/token-support.ts";
import type { LinkPurpose, Model, ModelAccess, ModelLink, Setting } from "./model.ts";

/* The product's side of a life, and the parts of a step. */

// All lives share one signing key, because making one takes a third of a second.
const tokens = tokenWorld();
await tokens.addKey();

/** Opens a deployment in memory. */
export function newWorld({ byInvitation, hidesTakenEmails }: Setting) {
  const memory = memoryPorts();
  const issuing = { ...tokens.issuing, clock: memory.clock };
  const verifying = { ...tokens.verifying, clock: memory.clock };
  const attempts = { ...memory.attempts, begin: lockForGood(memory) };
  const signUp = byInvitation ? ("by-invitation" as const) : ("open" as const);
  const set = { signUp, hidesTakenEmails, bcryptCost: 4, removeUnverifiedAfterDays: 7 };
  return { ...memory, ...set, memory, attempts, issuing, verifying, mailsRead: { count: 0 } };
}

/** Counts attempts as the product does, but with permanent locks. The model has no times of locks. */
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

/** How often each step had each outcome. Lives without variety would prove nothing. */
export const seen = new Map<string, number>();

/**
 * Expects a step's outcome to be the model's.
 * @param expected `ok`, perhaps with a suffix, or a refusal's code.
 */
export function expectOutcome(step: string, outcome: Outcome, expected: string): void {
  expect(outcome.ok ? "ok" : outcome.refusal.code).toBe(expected.startsWith("ok") ? "ok" : expected);
  note(step, expected);
}

export function note(step: string, outcome: string): void {
  const key = `${step}: ${outcome}`;
  seen.set(key, (seen.get(key) ?? 0) + 1);
}

/** A step of a life: its name, its precondition, and its effect on product and model. */
export interface Step {
  readonly name: string;
  /** The cause of its state changes, in the words of docs/account-life.md. */
  readonly cause?: string;
  /** The items that the step picks from. It is impossible while there are none. */
  readonly needs?: (m: Model) => readonly unknown[];
  readonly run: (m: Model, world: World) => Promise<void>;
}

/** Picks an item. -1 is the last. */
export const pick = <T>(from: readonly T[], at: number): T => from.at(at % from.length) as T;

/** Folds an email or a username for comparison. */
export const fold = (text: string) => text.toLowerCase();

/** Makes a step of a caller with an access token. */
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

/** Makes a step with a link from mail. */
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
