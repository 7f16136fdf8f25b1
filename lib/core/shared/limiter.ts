/** A limit on something that a caller or an address does. */
export interface Limit {
  /** What is counted, such as `register-signup`. */
  readonly scope: string;
  readonly most: number;
  readonly windowSeconds: number;
}

export interface Limiter {
  /**
   * Counts one hit of `who` in the current window, exactly, even among simultaneous callers.
   * @param who Whatever identifies the counted party; stored only as a hash.
   * @returns 0 if the hit is within the limit, otherwise the seconds until the window ends.
   */
  hit(limit: Limit, who: string): Promise<number>;
}

/** A limit on the requests of one client address to an endpoint, with what counts them. */
export interface CallerLimit extends Limit {
  readonly limiter: Limiter;
  /** The origins of the pages that may have their visitors' browsers send what is counted; no other page may. */
  readonly origins: readonly string[];
}

/** A limiter that can take a hit back. */
export interface ReversibleLimiter extends Limiter {
  /**
   * Takes a hit back that was let through, since what it stood for did not happen.
   * @param at When it was made, in milliseconds since 1970.
   */
  giveBack(limit: Limit, who: string, at: number): Promise<void>;
}
