import type { TokenRefusalCode } from "../../core/one-time-tokens/open-token.ts";
import type { Words } from "../../http/words.ts";
import { type Errors, errorOf } from "./answers.ts";

const wrongLink = (text: string): Words => ({ title: "This link does not work", text });

/** Words for a link that was used or never sent. */
export const unknownLink = wrongLink("It was used already, or it is not one of ours.");

/** Words for a link that a mail program or a person has cut or joined to another text. */
export const damagedLink: Words = {
  title: "This link is damaged",
  text: "A part of it is missing or too much. Copy the whole link from our message.",
};

/** Words for an expired link. @param lifetime As in "Links work for …". */
export const expiredLink = (lifetime: string): Words => ({
  title: "This link has expired",
  text: `Links work for ${lifetime}.`,
});

/** Errors of an invalid link. */
export const linkErrors = (lifetime: string, unknown = unknownLink): Errors<TokenRefusalCode> => ({
  "token-missing": () =>
    errorOf(400, "MISSING_TOKEN", {
      title: "This link is not complete",
      text: "Open the whole link from our message.",
    }),
  "token-damaged": () => errorOf(400, "INVALID_TOKEN", damagedLink),
  "token-invalid": () => errorOf(400, "INVALID_TOKEN", unknown),
  "token-expired": () => errorOf(400, "TOKEN_EXPIRED", expiredLink(lifetime)),
});

/** Errors of an invalid link about a change of address. The change may have been cancelled meanwhile. */
export const emailChangeLinkErrors = (lifetime: string): Errors<TokenRefusalCode> =>
  linkErrors(
    lifetime,
    wrongLink("It was used already, or the change was cancelled or replaced, or it is not one of ours."),
  );
