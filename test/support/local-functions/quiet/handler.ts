/** Exports no function `handler`, which Lambda looks for. */
export const handle = () => {};
