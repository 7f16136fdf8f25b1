import middy, { type MiddlewareObj } from "@middy/core";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from "aws-lambda";
import type { CallerLimit } from "../core/shared/limiter.ts";
import { limits } from "../core/shared/limits.ts";
import { DependencyFault, type Refusal, type RefusalCode, type Result } from "../core/shared/refusals.ts";
import { answer } from "../http/answer.ts";
import { isForm, readFields } from "../http/body.ts";
import { clientOf } from "../http/client-address.ts";
import type { Dialect, DialectRequest, Refusals, Reply } from "../http/dialect.ts";
import { type Brand, plainBrand } from "../http/page.ts";
import { bearerOf, readRequest } from "../http/request.ts";
import { isSameSite, needsNoPreflight } from "../http/same-site.ts";
import type { ServedRoute } from "../manifest/routes.ts";
import { onHttpEvent } from "./http-event.ts";
import { errorFields, log } from "./log.ts";

/** One HTTP endpoint: a dialect, the core's function behind it, and the checks before both. */
export interface Endpoint<Input, Output, Code extends RefusalCode> {
  readonly dialect: Dialect<Input, Output, Code>;
  /** @param idempotencyKey The header's raw value, for endpoints that tell a retry from a new request. */
  act(input: Input, idempotencyKey?: string): Promise<Result<Output, Code>>;
  /** Limits the requests of a client address. Only the origin check comes earlier, since it costs nothing. */
  readonly limit?: EndpointLimit;
  /** The look of the endpoint's pages, if it has any. */
  readonly brand?: Brand;
}

interface EndpointLimit extends CallerLimit {
  /**
   * Finds the access token or session of a request. Requests without one are not counted: refusing them costs nothing, and
   * an attacker's page can make its visitors' browsers send any number. If this is absent, every request is counted.
   */
  readonly credentialOf?: (request: DialectRequest) => string;
}

/** API Gateway's event. The steps add their results to it, as middy's middlewares do. */
type Call = APIGatewayProxyEventV2 & { request?: DialectRequest; input?: unknown; refusal?: RefusalCode };
type Answer = APIGatewayProxyStructuredResultV2;
export type HttpHandler = (event: APIGatewayProxyEventV2, context: Context) => Promise<Answer>;

/**
 * Makes the Lambda handler of an endpoint: a list of steps. Each step either continues or returns a refusal. An error is
 * answered in the contract's own shape and logged without the caller's input.
 * @example
 * const handler = endpoint({
 *   dialect: greeting,
 *   act: async ({ name }) => accept({ text: `Hello ${name}` }),
 * });
 */
export function endpoint<Input, Output, Code extends RefusalCode>({
  dialect,
  act,
  limit,
  brand = plainBrand,
}: Endpoint<Input, Output, Code>): HttpHandler {
  function refuse(call: Call, refusal: Refusal): Answer {
    call.refusal = refusal.code;
    const write = (dialect.refusals as Refusals<RefusalCode>)[refusal.code] as (
      refusal: Refusal,
      request: DialectRequest,
    ) => Reply;
    const reply = write(refusal, call.request ?? readRequest(call));
    return answer(call, reply, brand, "retryAfterSeconds" in refusal ? refusal.retryAfterSeconds : undefined);
  }

  async function countCaller(call: Call) {
    if (!limit || limit.credentialOf?.(readRequest(call)) === "") return;
    const retryAfterSeconds = await limit.limiter.hit(limit, clientOf(call.requestContext.http.sourceIp));
    return retryAfterSeconds > 0 ? refuse(call, { code: "rate-limited", retryAfterSeconds }) : undefined;
  }

  // An attacker's page must neither act in its visitor's name nor use up the visitor's limit.
  function checkOrigin(call: Call) {
    if (call.requestContext.http.method === "GET") return;
    // A browser never adds an access token by itself, and a caller with one needs no cookie.
    const bearsCookies = call.cookies !== undefined && bearerOf(call) === "";
    const mayBeForged = dialect.body.startsWith("form") || bearsCookies || needsNoPreflight(call);
    if (mayBeForged && !isSameSite(call, limit?.origins ?? [])) return refuse(call, { code: "cross-site" });
  }

  async function readBody(call: Call) {
    const fields = await readFields(call, dialect.body);
    if (!fields.ok) return refuse(call, fields.refusal);
    call.request = readRequest(call, fields.value);
  }

  function decode(call: Call) {
    const decoded = dialect.decode(call.request as DialectRequest);
    if (!decoded.ok) return refuse(call, decoded.refusal);
    call.input = decoded.value;
  }

  async function actAndReply(call: Call): Promise<Answer> {
    const request = call.request as DialectRequest;
    const result = await act(call.input as Input, request.idempotencyKey);
    return result.ok
      ? answer(call, dialect.reply(result.value, request), brand)
      : refuse(call, result.refusal);
  }

  const step = (run: (call: Call) => unknown): MiddlewareObj<Call> => ({ before: ({ event }) => run(event) });
  const answerFault: MiddlewareObj<Call> = {
    onError: ({ event, error }) => {
      log("error", "fault", { requestId: event.requestContext.requestId, ...errorFields(error) });
      return refuse(event, refusalOf(error, event));
    },
  };
  const startedAt = new WeakMap<object, number>();
  const serve = middy<Call, Answer>({
    requestStart: (request) => startedAt.set(request, performance.now()),
    requestEnd: (request) => logRequest(request as never, performance.now() - (startedAt.get(request) ?? 0)),
    timeoutEarlyInMillis: limits.timeoutReserveMs,
    timeoutEarlyResponse: () => {
      throw new DependencyFault("lambda", "invoke", true, "out of time");
    },
  })
    .use([answerFault, step(checkOrigin), step(countCaller), step(readBody), step(decode)])
    .handler(actAndReply) as unknown as HttpHandler;
  return onHttpEvent(serve);
}

/**
 * Serves several routes from one Lambda, each by the handler of its route key.
 * @example
 * const handler = byRoute({ "GET /login": showPage, "POST /login": logIn });
 */
export function byRoute<Route extends ServedRoute>(
  handlers: Readonly<Record<Route, HttpHandler>>,
): HttpHandler {
  return onHttpEvent((event, context) => {
    const handler = handlers[event.routeKey as Route];
    // API Gateway sends no other route, so this event was written by hand.
    if (!handler)
      throw new Error(`This function serves ${Object.keys(handlers).join(", ")}, and not ${event.routeKey}.`);
    return handler(event, context);
  });
}

/**
 * Serves one route that two contracts share. The content type selects the contract. If the owner has switched that contract
 * off, the other one refuses the content type.
 */
export function byMediaType(handlers: {
  readonly json?: HttpHandler | false;
  readonly form?: HttpHandler | false;
}): HttpHandler {
  return onHttpEvent((event, context) => {
    const handler = isForm(event) ? handlers.form || handlers.json : handlers.json || handlers.form;
    return (handler as HttpHandler)(event, context);
  });
}

/**
 * Serves a path with and without a final slash. API Gateway refuses a route that ends in a slash. The path with a slash is
 * therefore a second route, `<path>/{proxy+}`, which also matches everything below the path.
 */
export function orWithSlash(handler: HttpHandler): HttpHandler {
  return onHttpEvent(async (event, context) => {
    const [, path = ""] = event.routeKey.replace("/{proxy+}", "").split(" ");
    // Both routes accept both forms: reports disagree about which route an HTTP API picks for a final slash.
    const isOne = event.rawPath === path || event.rawPath === `${path}/`;
    if (isOne) return handler(event, context);
    const notFound = answer(event, { status: 404, json: { message: "Not Found" } }, plainBrand);
    logRequest({ event, response: notFound }, 0);
    return notFound;
  });
}

function refusalOf(error: unknown, call: Call): Refusal {
  const mayPass = error instanceof DependencyFault && error.retryable;
  if (mayPass) return { code: "unavailable", retryAfterSeconds: limits.unavailableRetryAfterSeconds };
  return { code: "fault", requestId: call.requestContext.requestId };
}

function logRequest({ event, response }: { event: Call; response?: Answer }, ms: number): void {
  log("info", "request", {
    requestId: event.requestContext.requestId,
    route: event.routeKey,
    status: response?.statusCode,
    refusal: event.refusal,
    ms: Math.round(ms),
  });
}
