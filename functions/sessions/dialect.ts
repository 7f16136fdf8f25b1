import type { BearerRefusalCode } from "../../lib/core/sessions/authenticate.ts";
import type { LiveSessions } from "../../lib/core/sessions/manage-sessions.ts";
import type { Session } from "../../lib/core/sessions/session.ts";
import { accept } from "../../lib/core/shared/refusals.ts";
import { accessTokenErrors, errorOf, inJson, requestErrors } from "../../lib/dialects/signup/answers.ts";
import { noRefreshCookie } from "../../lib/dialects/signup/refresh-cookie.ts";
import type { Dialect } from "../../lib/http/dialect.ts";

const errors = { ...requestErrors, ...accessTokenErrors };
const refusals = inJson(errors);

const time = (ms: number) => new Date(ms).toISOString();

const shown = (session: Session, current: string | undefined) => ({
  id: session.id,
  contract: session.contract,
  created_at: time(session.beganAt),
  last_used_at: time(session.usedAt),
  expires_at: time(Math.min(session.idleUntil, session.endsAt)),
  is_current: session.id === current,
});

/** `GET /api/v1/users/me/sessions`: lists the owner's live sessions. */
export const list: Dialect<string, LiveSessions, BearerRefusalCode> = {
  body: "none",
  decode: ({ bearer }) => accept(bearer),
  reply: ({ sessions, current }) => ({
    status: 200,
    json: {
      status: "ok",
      message: "These sessions are open.",
      details: [],
      sessions: sessions.map((session) => shown(session, current)),
    },
  }),
  refusals,
};

/** A request to end one session. */
export interface SessionNamed {
  readonly token: string;
  readonly id: string;
}

/** `DELETE /api/v1/users/me/sessions/{id}`: ends one session. */
export const endOne: Dialect<
  SessionNamed,
  { readonly wasCurrent: boolean },
  BearerRefusalCode | "session-not-found"
> = {
  body: "none",
  decode: ({ bearer, parameters }) => accept({ token: bearer, id: parameters.id ?? "" }),
  reply: ({ wasCurrent }) => ({
    status: 200,
    ...(wasCurrent && { cookies: [noRefreshCookie] }),
    json: { status: "ok", message: "The session has ended.", details: [] },
  }),
  refusals: inJson({
    ...errors,
    "session-not-found": () => errorOf(404, "SESSION_NOT_FOUND", { title: "There is no such session" }),
  }),
};

/** `DELETE /api/v1/users/me/sessions`: ends all sessions, the caller's included. */
export const endAll: Dialect<string, void, BearerRefusalCode> = {
  body: "none",
  decode: ({ bearer }) => accept(bearer),
  reply: () => ({
    status: 200,
    cookies: [noRefreshCookie],
    json: { status: "ok", message: "All sessions have ended.", details: [] },
  }),
  refusals,
};
