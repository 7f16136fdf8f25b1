/** Whether an endpoint is one of this machine, as the local runner's is. */
export const isOfThisMachine = (url: string): boolean =>
  ["127.0.0.1", "localhost", "[::1]"].includes(new URL(url).hostname);
