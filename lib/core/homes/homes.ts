/** The port to homes, which are named by prefixes such as `home/<account id>/`. */
export interface Homes {
  /** Makes the home with its `default` file. Idempotent. */
  make(prefix: string): Promise<void>;
  /**
   * Removes everything in the home, in all versions. Idempotent.
   * @param until Milliseconds since 1970, to the second. Later files stay. Without it, everything goes.
   */
  remove(prefix: string, until?: number): Promise<void>;
  /** Lists the current files of the home, sorted by key, at most 1,000. */
  list(prefix: string): Promise<HomeListing>;
}

/** The contents of a home. */
export interface HomeListing {
  readonly files: readonly { readonly key: string; readonly bytes: number }[];
  /** Whether the home has more files than the list. */
  readonly hasMore: boolean;
}

/** The claims on prefixes of homes. */
export interface HomeClaims {
  /**
   * Claims a home's prefix again.
   * @returns Whether this account holds it now; false if another one does.
   */
  holdHome(accountId: string, prefix: string): Promise<boolean>;
  /** Releases a home's prefix, if this account holds it. */
  releaseHome(accountId: string, prefix: string): Promise<void>;
}
