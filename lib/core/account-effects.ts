import { type AnnouncementPorts, announcementEffects } from "./announcement-effects.ts";
import { removeSessions } from "./delete-account.ts";
import { type HomePorts, homeEffects } from "./home.ts";
import type { Effects } from "./outbox.ts";
import type { Sessions } from "./ports.ts";
import { type RemovalPorts, removeUnverified } from "./remove-unverified.ts";
import { removeTokens, type Tokens } from "./tokens.ts";

export interface AccountEffectPorts extends HomePorts, AnnouncementPorts, RemovalPorts {
  readonly accounts: HomePorts["accounts"] & AnnouncementPorts["accounts"] & RemovalPorts["accounts"];
  readonly sessions: Pick<Sessions, "list" | "end">;
  readonly tokens: Pick<Tokens, "list" | "remove">;
}

/**
 * The effects of the `effects` group: homes made, emptied and removed, sessions, tokens and never-verified accounts removed,
 * events told.
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
