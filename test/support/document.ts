/**
 * A sentence, row or example from the published document of a contract's system, word for word, with its check. The
 * check gets the quotation, so that it can run an example unchanged.
 */
export type Sentence = readonly [quotation: string, check: (quotation: string) => unknown];

/** Returns rows for `test.each`: the quotation on one line as title, and its check. */
export function titled(document: readonly Sentence[]): [title: string, check: () => Promise<void>][] {
  return document.map(([quotation, check]) => [
    quotation.replace(/\s+/g, " ").trim(),
    async () => {
      await check(quotation);
    },
  ]);
}
