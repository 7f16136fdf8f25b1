import { tableSigningKeys } from "../../lib/aws/table/signing-keys.ts";
import { wireCipher, wireTable } from "../../lib/aws/wiring/resources.ts";
import { rotateKeys } from "../../lib/core/access-tokens/rotate-keys.ts";
import { randomIds } from "../../lib/core/shared/ids.ts";
import { task } from "../../lib/handlers/task.ts";

const ports = {
  keys: tableSigningKeys(wireTable()),
  wrapper: wireCipher(),
  ids: randomIds,
  clock: Date.now,
};

export const handler = task("rotate-keys", async () => ({ ...(await rotateKeys(ports)) }));
