/** Homes by their prefixes, such as `home/<account id>/`. */
export interface Homes {
  /** Makes the home with its `default` file. Bears repetition. */
  make(prefix: string): Promise<void>;
  /**
   * Removes everything in the home, in all its versions. Bears repetition.
   * @param until Milliseconds since 1970, to the second: what was put there later stays. Without it, everything goes.
   */
  remove(prefix: string, until?: number): Promise<void>;
  /** The files that are in the home now, by their keys in order; 1,000 at the most. */
  list(prefix: string): Promise<HomeListing>;
}

/** What is in a home. */
export interface HomeListing {
  readonly files: readonly { readonly key: string; readonly bytes: number }[];
  /** Whether there is more than is listed. */
  readonly hasMore: boolean;
}

/** Who holds a home's prefix. */
export interface HomeClaims {
  /** Claims a home's prefix again. @returns whether this account holds it now: not if another one does. */
  holdHome(accountId: string, prefix: string): Promise<boolean>;
  /** Lets go of a home's prefix, if this account holds it. */
  releaseHome(accountId: string, prefix: string): Promise<void>;
}
