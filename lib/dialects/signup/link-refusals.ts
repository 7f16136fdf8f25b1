import type { TokenRefusalCode } from "../../core/one-time-tokens/open-token.ts";
import { type ErrorReplies, errorReply } from "./answers.ts";

/** How a link of a mail about a change of address is answered that does not count. @param lifetime As in "Links work for …". */
export const tokenRefusals = (lifetime: string): ErrorReplies<TokenRefusalCode> => ({
  "token-missing": () =>
    errorReply(400, "MISSING_TOKEN", "This link is not complete. Open the whole link from the mail."),
  "token-invalid": () =>
    errorReply(
      400,
      "INVALID_TOKEN",
      "This link does not work. It was used already, or the change was cancelled or replaced, or it is not one of ours.",
    ),
  "token-expired": () =>
    errorReply(400, "TOKEN_EXPIRED", `This link has expired. Links work for ${lifetime}.`),
});
