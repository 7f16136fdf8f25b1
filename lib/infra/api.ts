import { Duration, Stack } from "aws-cdk-lib";
import { AccessLogFormat } from "aws-cdk-lib/aws-apigateway";
import {
  type CorsHttpMethod,
  type CorsPreflightOptions,
  HttpApi,
  type HttpMethod,
  HttpStage,
  LogGroupLogDestination,
} from "aws-cdk-lib/aws-apigatewayv2";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import type { Construct } from "constructs";
import type { FunctionRow } from "../manifest/function-row.ts";
import { cors } from "../manifest/platform.ts";
import type { Settings } from "../settings/settings.ts";
import { type Lambda, makeLogGroup } from "./lambda.ts";

/** Fields of the access log. They contain no path, query or address, since links carry one-time tokens. */
const accessLogFields = {
  requestId: "$context.requestId",
  time: "$context.requestTime",
  routeKey: "$context.routeKey",
  status: "$context.status",
  latencyMs: "$context.responseLatency",
  integrationStatus: "$context.integration.status",
  integrationLatencyMs: "$context.integration.latency",
  responseLength: "$context.responseLength",
  gatewayError: "$context.error.responseType",
};

/** The API and its one stage. */
export interface Api {
  readonly api: HttpApi;
  readonly stage: HttpStage;
}

/** Makes the HTTP API without its routes, since functions need its address first. */
export function makeApi(scope: Construct, settings: Settings): Api {
  const api = new HttpApi(scope, "Api", {
    apiName: Stack.of(scope).stackName,
    description: `${settings.productName}: sign-up`,
    createDefaultStage: false,
    ...(settings.defaultEndpoint === "off" ? { disableExecuteApiEndpoint: true } : {}),
    ...corsOf(settings),
  });
  const stage = new HttpStage(scope, "Stage", {
    httpApi: api,
    stageName: "$default",
    autoDeploy: true,
    throttle: { rateLimit: settings.throttle.ratePerSecond, burstLimit: settings.throttle.burst },
    accessLogSettings: {
      destination: new LogGroupLogDestination(makeLogGroup(scope, "AccessLogs", settings)),
      format: AccessLogFormat.custom(JSON.stringify(accessLogFields)),
    },
  });
  return { api, stage };
}

/** Adds a function's routes. The gateway may call the function only through them. */
export function addRoutes({ api }: Api, { row, handler }: Lambda): void {
  const integration = new HttpLambdaIntegration("Integration", handler);
  for (const { method, path } of endpointsOf(row)) {
    api.addRoutes({ path, methods: [method as HttpMethod], integration });
  }
}

/**
 * The CORS options. Without allowed origins there are none: pages of the API's own origin need none, and browsers refuse
 * every other origin. Credentials stay off, because cookies are for pages of our own origin.
 */
function corsOf(settings: Settings): { corsPreflight?: CorsPreflightOptions } {
  if (settings.allowedOrigins.length === 0) return {};
  return {
    corsPreflight: {
      allowOrigins: settings.allowedOrigins,
      allowMethods: cors.allowMethods as CorsHttpMethod[],
      allowHeaders: cors.allowHeaders,
      exposeHeaders: cors.exposeHeaders,
      maxAge: Duration.seconds(cors.maxAgeSeconds),
    },
  };
}

function endpointsOf(row: FunctionRow): { method: string; path: string }[] {
  return (row.http ?? []).map((routeKey) => {
    const [method = "", path = ""] = routeKey.split(" ");
    return { method, path };
  });
}
