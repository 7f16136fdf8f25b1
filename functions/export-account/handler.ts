import { bearerParts } from "../../lib/aws/bearer.ts";
import { kmsCipher } from "../../lib/aws/cipher.ts";
import { bucketHomes } from "../../lib/aws/homes.ts";
import { variable } from "../../lib/aws/variables.ts";
import { exportAccount } from "../../lib/core/export-account.ts";
import { endpoint } from "../../lib/http/endpoint.ts";
import { ownExport } from "./wire.ts";

const ports = {
  ...bearerParts().ports,
  cipher: kmsCipher(variable("KEY_ARN")),
  homes: bucketHomes(variable("BUCKET_NAME")),
};

export const handler = endpoint({ contract: ownExport, act: (bearer) => exportAccount(ports, bearer) });
