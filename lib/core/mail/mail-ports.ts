import type { Accounts } from "../account/accounts.ts";
import type { Cipher } from "../account/cipher.ts";
import type { Invitations } from "../invitations/invitations.ts";
import type { Tokens } from "../one-time-tokens/one-time-tokens.ts";
import type { Ids } from "../shared/ids.ts";
import type { MailCeilingPorts } from "./ceiling.ts";
import type { MailBrand } from "./mail.ts";
import type { Mailer } from "./mailer.ts";

export interface MailPorts extends MailCeilingPorts {
  readonly accounts: Pick<Accounts, "find" | "findIdByEmail">;
  readonly cipher: Pick<Cipher, "decryptEmail">;
  readonly tokens: Pick<Tokens, "mint">;
  readonly invitations: Pick<Invitations, "put">;
  readonly mailer: Mailer;
  readonly ids: Ids;
  readonly brand: MailBrand;
}
