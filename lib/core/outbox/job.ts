import { createHash } from "node:crypto";
import { limits } from "../shared/limits.ts";
import type { AccountEvent } from "./account-event.ts";

/** A mail that is still owed after a commit. Its job has its name; `resend-verification` repeats `verify-email`. */
export type MailOrder =
  | { readonly kind: "verify-email"; readonly accountId: string }
  | { readonly kind: "resend-verification"; readonly emailHash: string }
  | { readonly kind: "reset-password"; readonly emailHash: string }
  | { readonly kind: "sign-up-again"; readonly emailHash: string }
  | { readonly kind: "password-changed"; readonly accountId: string }
  | {
      readonly kind: "account-deleted";
      readonly accountId: string;
      /** The address to tell and the BCP 47 tag to do it in: the account may be gone by then. */
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
      /** Of the new address. A later request may have replaced it. */
      readonly emailHash: string;
    }
  | {
      readonly kind: "cancel-email-change";
      readonly accountId: string;
      /** Of the address that the account had when another was asked for. */
      readonly emailHash: string;
    }
  | {
      readonly kind: "email-changed";
      readonly accountId: string;
      /** Of the address that the account had before, as the ciphertext is. */
      readonly emailHash: string;
      readonly emailCiphertext: Uint8Array;
    }
  | {
      readonly kind: "invitation";
      /** What the address is encrypted under: there is no account yet. */
      readonly invitationId: string;
      readonly emailCiphertext: Uint8Array;
      /** BCP 47 tag. */
      readonly language: string;
      readonly days: number;
    };

/** Any other work that is still owed after a commit. */
type EffectOrder =
  | {
      readonly kind: "make-home" | "remove-home";
      readonly accountId: string;
      /** The address that names the home, if one does: the account may be gone by then. */
      readonly emailCiphertext?: Uint8Array;
    }
  | {
      readonly kind: "empty-home";
      readonly accountId: string;
      readonly emailCiphertext?: Uint8Array;
      /** Milliseconds since 1970: what was put there later stays. */
      readonly until: number;
    }
  | { readonly kind: "remove-sessions"; readonly accountId: string }
  | { readonly kind: "remove-tokens"; readonly accountId: string }
  | { readonly kind: "remove-unverified"; readonly accountId: string }
  | { readonly kind: "remove-audit-trail"; readonly accountId: string }
  | ({ readonly kind: "announce" } & AccountEvent);

/** Orders by group. Addresses never stand in a job, only ids, hashes and ciphertexts. */
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

/** What names a job: its group and its id in that group. */
export interface JobKey {
  readonly group: OutboxGroup;
  readonly id: string;
}

export interface Job extends JobKey {
  readonly order: JobOrder;
  /** How long after it was queued its first attempt may be; without it, at once. */
  readonly delayMs?: number;
}

/** One effect for each kind of job in a group. Effects bear repetition: a job may be done twice, never not at all. */
export type Effects<Group extends OutboxGroup> = {
  readonly [Kind in KindIn<Group>]: (
    order: Extract<JobOrder, { kind: Kind }>,
    attempt: number,
  ) => Promise<void>;
};

/**
 * Makes a job.
 * @param id Jobs with the same id in a group are one job while it waits.
 * @param delayMs Before its first attempt; nobody can claim it earlier. From then on its waits are those of any job.
 */
export function newJob(order: JobOrder, id: string, delayMs?: number): Job {
  return { group: groupOf(order.kind), id, order, ...(delayMs !== undefined && { delayMs }) };
}

/** Which of the index's partitions a job waits in, from 0. */
export function shardOf(id: string): number {
  return createHash("sha256").update(id).digest().readUInt16BE(0) % limits.jobShards;
}
