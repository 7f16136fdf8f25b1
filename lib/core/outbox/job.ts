import { createHash } from "node:crypto";
import { limits } from "../shared/limits.ts";
import type { AccountEvent } from "./account-event.ts";

/** A mail that a commit queues. Its job has its name; `resend-verification` repeats `verify-email`. */
export type MailOrder =
  | { readonly kind: "verify-email"; readonly accountId: string }
  | { readonly kind: "resend-verification"; readonly emailHash: string }
  | { readonly kind: "reset-password"; readonly emailHash: string }
  | { readonly kind: "sign-up-again"; readonly emailHash: string }
  | { readonly kind: "password-changed"; readonly accountId: string }
  | {
      readonly kind: "account-deleted";
      readonly accountId: string;
      /** The address and its BCP 47 language tag, because the account may be gone by then. */
      readonly emailCiphertext: Uint8Array;
      readonly language: string;
    }
  | {
      readonly kind: "account-disabled" | "account-enabled" | "session-ended-by-reuse";
      readonly accountId: string;
    }
  | {
      readonly kind: "confirm-email-change";
      readonly accountId: string;
      /** Hash of the new address. A later request may have replaced it. */
      readonly emailHash: string;
    }
  | {
      readonly kind: "cancel-email-change";
      readonly accountId: string;
      /** Hash of the account's address at the time of the request. */
      readonly emailHash: string;
    }
  | {
      readonly kind: "email-changed";
      readonly accountId: string;
      /** Hash and ciphertext of the account's former address. */
      readonly emailHash: string;
      readonly emailCiphertext: Uint8Array;
    }
  | {
      readonly kind: "invitation";
      /** The id under which the address is encrypted, since there is no account yet. */
      readonly invitationId: string;
      readonly emailCiphertext: Uint8Array;
      /** BCP 47 tag. */
      readonly language: string;
      readonly days: number;
    };

/** Any other work that a commit queues. */
type EffectOrder =
  | {
      readonly kind: "make-home" | "remove-home";
      readonly accountId: string;
      /** The address that names the home, if one does. The account may be gone by then. */
      readonly emailCiphertext?: Uint8Array;
    }
  | {
      readonly kind: "empty-home";
      readonly accountId: string;
      readonly emailCiphertext?: Uint8Array;
      /** Milliseconds since 1970. Later files stay. */
      readonly until: number;
    }
  | { readonly kind: "remove-sessions"; readonly accountId: string }
  | { readonly kind: "remove-tokens"; readonly accountId: string }
  | { readonly kind: "remove-unverified"; readonly accountId: string }
  | { readonly kind: "remove-audit-trail"; readonly accountId: string }
  | ({ readonly kind: "announce" } & AccountEvent);

/** Orders by group. A job never contains an address in the clear, only ids, hashes and ciphertexts. */
interface Orders {
  readonly mail: MailOrder;
  readonly effects: EffectOrder;
}

export type OutboxGroup = keyof Orders;

export type JobOrder = Orders[OutboxGroup];

export type KindIn<Group extends OutboxGroup> = Orders[Group]["kind"];

export type JobKind = KindIn<OutboxGroup>;

/** Every other kind is a mail. */
const effectKinds = {
  "make-home": true,
  "empty-home": true,
  "remove-home": true,
  "remove-sessions": true,
  "remove-tokens": true,
  "remove-unverified": true,
  "remove-audit-trail": true,
  announce: true,
} satisfies Record<KindIn<"effects">, true>;

const groupOf = (kind: JobKind): OutboxGroup => (kind in effectKinds ? "effects" : "mail");

/** The name of a job: its group and its id in that group. */
export interface JobKey {
  readonly group: OutboxGroup;
  readonly id: string;
}

export interface Job extends JobKey {
  readonly order: JobOrder;
  /** The delay from its queuing to its first attempt; none without it. */
  readonly delayMs?: number;
}

/** One effect for each kind of job in a group. Effects are idempotent: a job runs at least once, and may run twice. */
export type Effects<Group extends OutboxGroup> = {
  readonly [Kind in KindIn<Group>]: (
    order: Extract<JobOrder, { kind: Kind }>,
    attempt: number,
  ) => Promise<void>;
};

/**
 * Makes a job.
 * @param id Jobs with equal ids in a group are one job while it waits.
 * @param delayMs The delay before the first attempt; no claim succeeds earlier. Later waits are those of any job.
 */
export function newJob(order: JobOrder, id: string, delayMs?: number): Job {
  return { group: groupOf(order.kind), id, order, ...(delayMs !== undefined && { delayMs }) };
}

/** Returns the partition of the index in which a job waits, from 0. */
export function shardOf(id: string): number {
  return createHash("sha256").update(id).digest().readUInt16BE(0) % limits.jobShards;
}
