/**
 * A sentence, row or example of the document that a contract's system published, word for word, and what shows that it
 * holds here. The check is given the quotation, so that an example can be run as it stands.
 */
export type Sentence = readonly [quotation: string, check: (quotation: string) => unknown];

/** The rows for `test.each`: the quotation on one line as the title, and the check to be run. */
export function titled(document: readonly Sentence[]): [title: string, check: () => Promise<void>][] {
  return document.map(([quotation, check]) => [
    quotation.replace(/\s+/g, " ").trim(),
    async () => {
      await check(quotation);
    },
  ]);
}
