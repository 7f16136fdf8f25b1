export interface Numbers {
  /** A number that no other account has. Numbers have gaps, and come in order only from one execution environment. */
  take(): Promise<number>;
}
