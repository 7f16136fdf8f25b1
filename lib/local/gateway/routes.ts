import type { FunctionRow } from "../../routes.ts";

/** A route of the API and the function behind it. */
export interface Route {
  /** As the function sees it, such as `POST /register` or `POST /token/{proxy+}`. */
  readonly routeKey: string;
  readonly functionName: string;
}

/** What a request's method and decoded path lead to. */
export interface RouteMatch extends Route {
  readonly pathParameters?: { readonly proxy: string };
}

/** Lists every route of the rows. */
export function listRoutes(rows: readonly FunctionRow[]): Route[] {
  return rows.flatMap((row) => (row.http ?? []).map((routeKey) => ({ routeKey, functionName: row.name })));
}

/**
 * Finds the route of a request as API Gateway does: a full match wins over a greedy `{proxy+}`, the longer greedy route
 * over the shorter, and a final slash counts.
 */
export function matchRoute(routes: readonly Route[], method: string, path: string): RouteMatch | undefined {
  const wanted = `${method} ${path}`;
  const full = routes.find((route) => route.routeKey === wanted);
  if (full) return full;
  const greedy = routes
    .filter(({ routeKey }) => routeKey.endsWith("/{proxy+}") && wanted.startsWith(withoutProxy(routeKey)))
    .sort((a, b) => b.routeKey.length - a.routeKey.length)[0];
  return (
    greedy && { ...greedy, pathParameters: { proxy: wanted.slice(withoutProxy(greedy.routeKey).length) } }
  );
}

const withoutProxy = (routeKey: string) => routeKey.slice(0, -"{proxy+}".length);
