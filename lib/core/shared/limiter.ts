/** A rate limit on an action of a caller or an address. */
export interface Limit {
  /** What is counted, such as `register-signup`. */
  readonly scope: string;
  readonly most: number;
  readonly windowSeconds: number;
}

export interface Limiter {
  /**
   * Counts one hit of `party` in the current window. The count is exact, even among simultaneous callers.
   * @param party Identifies the counted caller or address. Stored only as a hash.
   * @returns 0 if the hit is within the limit, otherwise the seconds until the window ends.
   */
  hit(limit: Limit, party: string): Promise<number>;
}

/** A limit on one client address's requests to an endpoint, with the limiter that counts them. */
export interface CallerLimit extends Limit {
  readonly limiter: Limiter;
  /** Only pages of these origins may make their visitors' browsers send a counted request. */
  readonly origins: readonly string[];
}

/** A limiter that can take a hit back. */
export interface ReversibleLimiter extends Limiter {
  /**
   * Takes back a hit that was let through, because its action did not happen.
   * @param at When the hit was made, in milliseconds since 1970.
   */
  giveBack(limit: Limit, party: string, at: number): Promise<void>;
}
