/** Words for a person. A page shows both parts as they are. */
export interface Words {
  /** One sentence, without its full stop. */
  readonly title: string;
  /** Further whole sentences. */
  readonly text?: string;
}

/** Joins words into the one message of a JSON answer. */
export const messageOf = ({ title, text }: Words): string =>
  text === undefined ? `${title}.` : `${title}. ${text}`;

/** Joins words into a message without its final full stop, as the contract `form` requires. */
export const openMessageOf = (words: Words): string => messageOf(words).replace(/\.$/, "");
