import type { ContractName } from "../../../lib/core/shared/contracts.ts";
import * as model from "./model.ts";
import { isLocked } from "./rules.ts";

/*
 * The model's rules of sign-ups: with a key, by invitation, with hidden emails, and the removal of unverified accounts.
 */

export interface SignUpRequest {
  readonly contract: ContractName;
  readonly email: string;
  readonly username: string | undefined;
  readonly password: string;
  readonly key: string | undefined;
  readonly invite: string | undefined;
}

const recordName = ({ contract, key }: SignUpRequest) => `${contract}:${key}`;
const asked = ({ email, username }: SignUpRequest) => `${email} ${username ?? ""}`;

/** Only `signup` can hide that an email is taken. */
const isHiding = (m: model.Model, { contract }: SignUpRequest) => m.hidesTakenEmails && contract === "signup";

/** Returns the record of a sign-up's key, unless it has expired. */
export function recordFor(m: model.Model, request: SignUpRequest): model.ModelRecord | undefined {
  const record = request.key === undefined ? undefined : m.records.get(recordName(request));
  return record && m.now < record.validUntil ? record : undefined;
}

/** Returns why a used key is free again, if it is. */
export function renewalOf(m: model.Model, request: SignUpRequest): string | undefined {
  if (request.key === undefined || recordFor(m, request)) return undefined;
  if (m.freedKeys.has(recordName(request))) return "its account is gone";
  return m.records.has(recordName(request)) ? "its day is over" : undefined;
}

export function signUpOutcome(m: model.Model, request: SignUpRequest): string {
  const record = recordFor(m, request);
  if (record) return repeatOutcome(m, request, record);
  if (m.byInvitation && !invitationFor(m, request)) return "invitation-invalid";
  const { username, email } = request;
  if (username !== undefined && model.byUsername(m, username)) return "username-taken";
  if (!model.byEmail(m, email)) return "ok";
  return isHiding(m, request) ? "ok, for nobody" : "email-taken";
}

function repeatOutcome(m: model.Model, request: SignUpRequest, record: model.ModelRecord): string {
  if (record.asked !== asked(request)) return "idempotency-key-reused";
  const { account } = record;
  const counted = account ? account.email : `record:${recordName(request)}`;
  if (isLocked(m, counted)) return "rate-limited";
  if (request.password !== (account ?? record).password) return "idempotency-key-reused";
  m.wrong.delete(counted);
  return "ok, again";
}

/** Returns the sign-up's invitation, if it is valid. */
function invitationFor(m: model.Model, { invite, email }: SignUpRequest): model.ModelInvitation | undefined {
  const brought = m.invitations.find(({ invitation }) => invitation === invite);
  const isIts = brought && (brought.address === undefined || brought.address === email);
  return isIts && brought.isThere && m.now < brought.validUntil ? brought : undefined;
}

/** Applies an accepted sign-up: an account, or only a record. */
export function signUp(
  m: model.Model,
  request: SignUpRequest,
  made: { readonly id: string; readonly fullName: string | null; readonly isForNobody: boolean },
): void {
  const { contract, email, username, password, key } = request;
  const invitation = m.byInvitation ? invitationFor(m, request) : undefined;
  if (invitation) invitation.isThere = false;
  const { id, fullName } = made;
  const fresh = {
    pending: undefined,
    judgedAt: Number.POSITIVE_INFINITY,
    wasEnabled: false,
    isVerified: false,
    isGone: false,
    state: "active",
  } as const;
  const account = { id, contract, email, username, password, fullName, ...fresh, events: [], changedOn: [] };
  if (!made.isForNobody) {
    model.giveWeek(m, account);
    m.accounts.push(account);
    model.tell(account, "account.registered");
  }
  if (key === undefined) return;
  m.freedKeys.delete(recordName(request));
  const validUntil = m.now + model.dayMs;
  const owner = isHiding(m, request) ? undefined : account;
  m.records.set(recordName(request), { id, asked: asked(request), validUntil, account: owner, password });
}

/**
 * Removes the accounts that are unverified at their deadline.
 * @returns an outcome for each.
 */
export function judge(m: model.Model): string[] {
  const due = m.accounts.filter((account) => account.judgedAt <= m.now);
  return due.map((account) => {
    account.judgedAt = Number.POSITIVE_INFINITY;
    if (account.isVerified) return "kept, verified";
    model.makeGone(m, account);
    return account.wasEnabled ? "removed, after it was enabled" : "removed";
  });
}
