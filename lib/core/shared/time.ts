/** The time in milliseconds since 1970. */
export type Clock = () => number;

/** Waits so many milliseconds. */
export type Sleep = (ms: number) => Promise<unknown>;
