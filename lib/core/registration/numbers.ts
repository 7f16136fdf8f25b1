export interface Numbers {
  /**
   * Returns a number that no other account has. Numbers have gaps, and are in order only within one execution
   * environment.
   */
  take(): Promise<number>;
}
