import { removeSessions } from "./delete-account.ts";
import { type HomePorts, homeEffects } from "./home.ts";
import type { Effects } from "./outbox.ts";
import type { Sessions } from "./ports.ts";

export interface AccountEffectPorts extends HomePorts {
  readonly sessions: Pick<Sessions, "list" | "end">;
}

/** The effects of the `effects` group: homes made, emptied and removed, sessions removed. */
export function accountEffects(ports: AccountEffectPorts): Effects<"effects"> {
  return {
    ...homeEffects(ports),
    "remove-sessions": ({ accountId }) => removeSessions(ports.sessions, accountId),
  };
}
