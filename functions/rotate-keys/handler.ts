import { kmsCipher } from "../../lib/aws/cipher.ts";
import { tableSigningKeys } from "../../lib/aws/table/signing-keys.ts";
import { openTable } from "../../lib/aws/table/table.ts";
import { variable } from "../../lib/aws/variables.ts";
import { rotateKeys } from "../../lib/core/access-tokens/rotate-keys.ts";
import { randomIds } from "../../lib/core/shared/ids.ts";
import { task } from "../../lib/handlers/task.ts";

const ports = {
  keys: tableSigningKeys(openTable(variable("TABLE_NAME"))),
  wrapper: kmsCipher(variable("KEY_ARN")),
  ids: randomIds,
  clock: Date.now,
};

export const handler = task("rotate-keys", async () => ({ ...(await rotateKeys(ports)) }));
