import { kmsCipher } from "../cipher.ts";
import { openTable } from "../table/table.ts";
import { variable } from "../variables.ts";

/** Opens the deployment's table. */
export const wireTable = () => openTable(variable("TABLE_NAME"));

/** Opens the deployment's key. A row needs `encrypt-emails`, `decrypt-emails` or `rotate-signing-keys`. */
export const wireCipher = () => kmsCipher(variable("KEY_ARN"));
