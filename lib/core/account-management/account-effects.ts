import { type HomePorts, homeEffects } from "../homes/home-effects.ts";
import { removeTokens, type Tokens } from "../one-time-tokens/one-time-tokens.ts";
import type { Effects } from "../outbox/job.ts";
import { removeSessions } from "../sessions/remove-sessions.ts";
import type { Sessions } from "../sessions/sessions.ts";
import { type AnnouncementPorts, announcementEffects } from "./announcement-effects.ts";
import { type RemovalPorts, removeUnverified } from "./remove-unverified.ts";

export interface AccountEffectPorts extends HomePorts, AnnouncementPorts, RemovalPorts {
  readonly accounts: HomePorts["accounts"] & AnnouncementPorts["accounts"] & RemovalPorts["accounts"];
  readonly sessions: Pick<Sessions, "list" | "end">;
  readonly tokens: Pick<Tokens, "list" | "remove">;
}

/**
 * The effects of the `effects` group. They make, empty and remove homes, remove sessions, tokens and never-verified
 * accounts, and publish events.
 */
export function accountEffects(ports: AccountEffectPorts): Effects<"effects"> {
  return {
    ...homeEffects(ports),
    ...announcementEffects(ports),
    "remove-sessions": ({ accountId }) => removeSessions(ports.sessions, accountId),
    "remove-tokens": ({ accountId }) => removeTokens(ports.tokens, accountId),
    "remove-unverified": ({ accountId }) => removeUnverified(ports, accountId),
  };
}
