/** The time in milliseconds since 1970. */
export type Clock = () => number;

/** Waits this many milliseconds. */
export type Sleep = (ms: number) => Promise<unknown>;

/* Units for converting limits. */
export const minuteSeconds = 60;
export const hourSeconds = 3_600;
export const daySeconds = 86_400;
export const minuteMs = 60_000;
export const dayMs = 86_400_000;
