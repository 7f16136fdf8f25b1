/** Exports no handler under the name that Lambda looks for. */
export const handle = () => {};
