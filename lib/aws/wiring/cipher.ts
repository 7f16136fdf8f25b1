import { kmsCipher } from "../cipher.ts";
import { variable } from "../variables.ts";

/** Opens the deployment's KMS key. The row needs `encrypt-emails`, `decrypt-emails` or `rotate-signing-keys`. */
export const wireCipher = () => kmsCipher(variable("KEY_ARN"));
