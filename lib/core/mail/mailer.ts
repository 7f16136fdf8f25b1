import type { Mail } from "./mail.ts";

export interface Mailer {
  send(mail: Mail): Promise<void>;
}
