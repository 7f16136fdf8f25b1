import { kmsCipher } from "../../lib/aws/cipher.ts";
import { cipherSuite } from "./cipher-suite.ts";
import { startEmbedded } from "./table/embedded.ts";

const embedded = startEmbedded();

cipherSuite("KMS", () => kmsCipher(embedded.keyArn));
