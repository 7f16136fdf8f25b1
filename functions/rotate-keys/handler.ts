import { tableSigningKeys } from "../../lib/aws/table/signing-keys.ts";
import { wireCipher } from "../../lib/aws/wiring/cipher.ts";
import { wireTable } from "../../lib/aws/wiring/table.ts";
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
