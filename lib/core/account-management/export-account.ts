import type { Account, PendingEmail } from "../account/account.ts";
import type { Cipher } from "../account/cipher.ts";
import type { EmailAddress } from "../account/email.ts";
import { openProfileView, type ProfileView } from "../account/profile-view.ts";
import { homeOf } from "../homes/home.ts";
import type { HomeListing, Homes } from "../homes/homes.ts";
import type { AuditEntry, AuditTrail } from "../outbox/audit-trail.ts";
import type { BearerRefusalCode } from "../sessions/authenticate.ts";
import { authenticate, type BearerPorts } from "../sessions/authenticate.ts";
import type { Session } from "../sessions/session.ts";
import type { Sessions } from "../sessions/sessions.ts";
import type { ContractName } from "../shared/contracts.ts";
import { limits } from "../shared/limits.ts";
import { accept, type Result } from "../shared/refusals.ts";
import { type FormRecord, toFormRecord } from "./form-record.ts";

export interface ExportPorts extends BearerPorts {
  readonly sessions: Pick<Sessions, "find" | "list">;
  readonly cipher: Pick<Cipher, "decryptEmail">;
  readonly homes: Pick<Homes, "list">;
  readonly audit: Pick<AuditTrail, "list">;
}

interface PendingEmailView extends Pick<PendingEmail, "requestedAt"> {
  readonly email: EmailAddress;
}

/**
 * Everything that is kept of an account. Its sessions still contain hashes, so the dialect names the fields that it
 * shows.
 */
export interface Holdings {
  readonly view: ProfileView;
  readonly contract: ContractName;
  readonly lastLoginAt: string | undefined;
  /** The requested address that is not confirmed yet. */
  readonly pendingEmail?: PendingEmailView;
  readonly sessions: readonly Session[];
  /** The account's events, newest first. */
  readonly events: readonly AuditEntry[];
  readonly home: HomeListing & { readonly prefix: string };
  /** The record in the `form` contract's own format, for its accounts. */
  readonly record?: Omit<FormRecord, "pwhash">;
}

/**
 * Collects all stored data of the bearer's account.
 * @param bearer The access token, without `Bearer`.
 * @throws DependencyFault If a service fails. An export is never partial.
 */
export async function exportAccount(
  ports: ExportPorts,
  bearer: string,
): Promise<Result<Holdings, BearerRefusalCode>> {
  const found = await authenticate(ports, bearer);
  if (!found.ok) return found;
  const { account } = found.value;
  const { id, contract, lastLoginAt } = account;
  const [view, pendingEmail, sessions, events, prefix] = await Promise.all([
    openProfileView(ports.cipher, account),
    openPendingEmail(ports.cipher, account),
    ports.sessions.list(id),
    ports.audit.list(id, limits.auditEntries),
    homeOf(account, ports.cipher),
  ]);
  const home = { prefix, ...(await ports.homes.list(prefix)) };
  const { pwhash, ...record } = toFormRecord(account, view.email);
  return accept({
    view,
    contract,
    lastLoginAt,
    ...(pendingEmail && { pendingEmail }),
    sessions,
    events,
    home,
    ...(contract === "form" && { record }),
  });
}

async function openPendingEmail(
  cipher: ExportPorts["cipher"],
  { id, pendingEmail }: Account,
): Promise<PendingEmailView | undefined> {
  if (!pendingEmail) return undefined;
  const { emailCiphertext, requestedAt } = pendingEmail;
  return { email: await cipher.decryptEmail(id, emailCiphertext), requestedAt };
}
