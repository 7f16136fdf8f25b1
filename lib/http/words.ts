/** Words for a person. A page shows both parts as they are. */
export interface Words {
  /** One sentence, without its full stop. */
  readonly title: string;
  /** Whole sentences, where there is more to say. */
  readonly text?: string;
}

/** Joins words into the one message of a JSON answer. */
export const messageOf = ({ title, text }: Words): string =>
  text === undefined ? `${title}.` : `${title}. ${text}`;

/** Joins words into a message without a full stop at its end, as `form` has it. */
export const openMessageOf = (words: Words): string => messageOf(words).replace(/\.$/, "");
