import { type AnnouncementPorts, announcementEffects } from "./announce.ts";
import { removeSessions } from "./delete-account.ts";
import { type HomePorts, homeEffects } from "./home.ts";
import type { Effects } from "./outbox.ts";
import type { Sessions } from "./ports.ts";

export interface AccountEffectPorts extends HomePorts, AnnouncementPorts {
  readonly accounts: HomePorts["accounts"] & AnnouncementPorts["accounts"];
  readonly sessions: Pick<Sessions, "list" | "end">;
}

/** The effects of the `effects` group: homes made, emptied and removed, sessions removed, events told. */
export function accountEffects(ports: AccountEffectPorts): Effects<"effects"> {
  return {
    ...homeEffects(ports),
    ...announcementEffects(ports),
    "remove-sessions": ({ accountId }) => removeSessions(ports.sessions, accountId),
  };
}
