/*
 * What the core asks of the outside. What several callers may decide at the same time is decided by one conditional write or
 * one transaction, never by what was read before; a method that writes in steps bears repetition. Or it throws a DependencyFault.
 */

/** The time in milliseconds since 1970. */
export type Clock = () => number;

/** Waits so many milliseconds. */
export type Sleep = (ms: number) => Promise<unknown>;
