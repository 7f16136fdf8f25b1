import type { Holdings } from "../../lib/core/account-management/export-account.ts";
import type { AuditEntry } from "../../lib/core/outbox/audit-trail.ts";
import type { BearerRefusalCode } from "../../lib/core/sessions/authenticate.ts";
import type { Session } from "../../lib/core/sessions/session.ts";
import { accept } from "../../lib/core/shared/refusals.ts";
import { accessTokenErrors, inJson, requestErrors } from "../../lib/dialects/signup/answers.ts";
import type { Dialect } from "../../lib/http/dialect.ts";

/** `GET /api/v1/users/me/export`, with an access token: a file for the owner to download. */
export const ownExport: Dialect<string, Holdings, BearerRefusalCode> = {
  body: "none",
  decode: ({ bearer }) => accept(bearer),
  reply: (holdings) => ({
    status: 200,
    headers: { "content-disposition": 'attachment; filename="account.json"' },
    json: {
      account: accountOf(holdings),
      sessions: holdings.sessions.map(sessionOf),
      events: holdings.events.map(eventOf),
      home: homeOf(holdings),
      ...(holdings.record && { record: holdings.record }),
    },
  }),
  refusals: inJson({ ...requestErrors, ...accessTokenErrors }),
};

// Each field is picked by name, so that fields stored later do not appear here by accident.
const accountOf = ({ view, contract, lastLoginAt, pendingEmail }: Holdings) => ({
  id: view.id,
  number: view.number ?? null,
  username: view.username ?? null,
  email: view.email,
  pending_email: pendingEmail ? { email: pendingEmail.email, requested_at: pendingEmail.requestedAt } : null,
  contract,
  role: view.role,
  is_active: view.isActive,
  is_verified: view.isVerified,
  created_at: view.createdAt,
  last_login_at: lastLoginAt ?? null,
  profile: {
    full_name: view.profile.fullName,
    speaking_language: view.profile.speakingLanguage,
    listening_language: view.profile.listeningLanguage,
  },
});

const sessionOf = ({ id, contract, beganAt, usedAt, idleUntil, endsAt }: Session) => ({
  id,
  contract,
  created_at: time(beganAt),
  last_used_at: time(usedAt),
  expires_at: time(Math.min(idleUntil, endsAt)),
});

const eventOf = ({ eventId, event, at, sessionId }: AuditEntry) => ({
  id: eventId,
  event,
  created_at: at,
  session_id: sessionId ?? null,
});

const homeOf = ({ home }: Holdings) => ({
  prefix: home.prefix,
  objects: home.files.map(({ key, bytes }) => ({ key, bytes })),
  has_more: home.hasMore,
});

const time = (ms: number) => new Date(ms).toISOString();
