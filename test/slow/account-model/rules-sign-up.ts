import type { ContractName } from "../../../lib/core/shared/contracts.ts";
import * as model from "./model.ts";
import { isLocked } from "./rules.ts";

/* The model's own idea of sign-ups: with a key, by invitation, where taken addresses are hidden, and of those never verified. */

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

/** Only `signup` can keep it to itself that an address is taken. */
const isHiding = (m: model.Model, { contract }: SignUpRequest) => m.hidesTakenEmails && contract === "signup";

/** What was remembered under a sign-up's key, unless its day is over. */
export function recordFor(m: model.Model, request: SignUpRequest): model.ModelRecord | undefined {
  const record = request.key === undefined ? undefined : m.records.get(recordName(request));
  return record && m.now < record.validUntil ? record : undefined;
}

/** Why a key that was used before is as good as new, if it is. */
export function renewalOf(m: model.Model, request: SignUpRequest): string | undefined {
  if (request.key === undefined || recordFor(m, request)) return undefined;
  if (m.freedKeys.has(recordName(request))) return "its account is gone";
  return m.records.has(recordName(request)) ? "its day is over" : undefined;
}

/** What a sign-up comes to. */
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

/** The invitation that a sign-up brings, if that counts for it. */
function invitationFor(m: model.Model, { invite, email }: SignUpRequest): model.ModelInvitation | undefined {
  const brought = m.invitations.find(({ invitation }) => invitation === invite);
  const isIts = brought && (brought.address === undefined || brought.address === email);
  return isIts && brought.isThere && m.now < brought.validUntil ? brought : undefined;
}

/** Makes what comes of a sign-up that was accepted: an account, or one for nobody. */
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

/** Judges the accounts whose time has come: who was never verified goes. @returns what became of each. */
export function judge(m: model.Model): string[] {
  const due = m.accounts.filter((account) => account.judgedAt <= m.now);
  return due.map((account) => {
    account.judgedAt = Number.POSITIVE_INFINITY;
    if (account.isVerified) return "kept, verified";
    model.makeGone(m, account);
    return account.wasEnabled ? "removed, after it was enabled" : "removed";
  });
}
