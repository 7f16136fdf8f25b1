import type { APIGatewayProxyEventV2, Context } from "aws-lambda";

type Handler<Answer> = (event: APIGatewayProxyEventV2, context: Context) => Promise<Answer>;

/**
 * Normalizes the event before the handler reads it, because `sam local` differs from API Gateway. API Gateway writes header
 * names in lower case and omits an empty list of cookies. `sam local` keeps the client's letter case and sends the list.
 * @throws Error for an event that is not an HTTP event, since somebody sent it by hand. The message names the right event.
 */
export function onHttpEvent<Answer>(handler: Handler<Answer>): Handler<Answer> {
  return async (event, context) => {
    if (!isHttpEvent(event)) throw new Error(wrongEvent);
    const { cookies, ...others } = event;
    const headers = lowerCased(event.headers);
    return await handler({ ...others, headers, ...(cookies?.length && { cookies }) }, context);
  };
}

const wrongEvent =
  "This function takes an HTTP event of API Gateway, payload format 2.0: see the files in events/, such as events/RegisterSignup.json.";

function isHttpEvent(event: Partial<APIGatewayProxyEventV2> | null): boolean {
  return (
    event?.version === "2.0" &&
    !!event.headers &&
    !!event.requestContext?.http &&
    typeof event.routeKey === "string"
  );
}

const lowerCased = (headers: APIGatewayProxyEventV2["headers"]) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
