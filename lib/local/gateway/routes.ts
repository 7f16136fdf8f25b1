import type { FunctionRow } from "../../manifest/function-row.ts";

export interface Route {
  /** As the function sees it, such as `POST /register`, `DELETE /sessions/{id}` or `POST /token/{proxy+}`. */
  readonly routeKey: string;
  readonly functionName: string;
}

/** The route that matches a request's method and decoded path. */
export interface RouteMatch extends Route {
  readonly pathParameters?: Readonly<Record<string, string>>;
}

export function listRoutes(rows: readonly FunctionRow[]): Route[] {
  return rows.flatMap((row) => (row.http ?? []).map((routeKey) => ({ routeKey, functionName: row.name })));
}

/**
 * Finds the route of a request as API Gateway does. An exact match wins over a `{name}`, a `{name}` over a greedy
 * `{proxy+}`, a longer greedy route over a shorter one. A name matches one segment. A trailing slash is significant.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */
export function matchRoute(routes: readonly Route[], method: string, path: string): RouteMatch | undefined {
  const wanted = `${method} ${path}`;
  const full = routes.find((route) => route.routeKey === wanted);
  return full ?? matchNames(routes, wanted) ?? matchGreedy(routes, wanted);
}

function matchNames(routes: readonly Route[], wanted: string): RouteMatch | undefined {
  for (const route of routes) {
    const pathParameters = parametersOf(route.routeKey.split("/"), wanted.split("/"));
    if (pathParameters) return { ...route, pathParameters };
  }
  return undefined;
}

/** Returns the segments that match a route's names, or undefined if another segment differs. */
function parametersOf(
  template: readonly string[],
  segments: readonly string[],
): Record<string, string> | undefined {
  const named = template.map((part, at) => ({
    name: /^\{(\w+)\}$/.exec(part)?.[1],
    part,
    segment: segments[at] ?? "",
  }));
  const isMatch = named.every(({ name, part, segment }) => (name ? segment !== "" : segment === part));
  if (!isMatch || template.length !== segments.length) return undefined;
  return Object.fromEntries(named.flatMap(({ name, segment }) => (name ? [[name, segment]] : [])));
}

function matchGreedy(routes: readonly Route[], wanted: string): RouteMatch | undefined {
  const greedy = routes
    .filter(({ routeKey }) => routeKey.endsWith("/{proxy+}") && wanted.startsWith(withoutProxy(routeKey)))
    .sort((a, b) => b.routeKey.length - a.routeKey.length)[0];
  return (
    greedy && { ...greedy, pathParameters: { proxy: wanted.slice(withoutProxy(greedy.routeKey).length) } }
  );
}

const withoutProxy = (routeKey: string) => routeKey.slice(0, -"{proxy+}".length);
