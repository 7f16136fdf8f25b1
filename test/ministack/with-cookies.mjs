// Wraps a function's handler on MiniStack. It moves request cookies out of their header, as API Gateway does.
import { handler as inner } from "./index.mjs";

export const handler = (event, context) => {
  const { cookie, ...headers } = event.headers ?? {};
  const moved = cookie === undefined ? event : { ...event, headers, cookies: cookie.split("; ") };
  return inner(moved, context);
};
