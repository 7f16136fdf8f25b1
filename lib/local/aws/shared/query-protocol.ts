import { type AwsReply, type AwsRequest, type Call, header } from "./calls.ts";
import { AwsError } from "./protocol.ts";
import { type XmlValue, xmlDocument } from "./xml.ts";

/** A service of the AWS Query protocol: one action and its form fields in, the content of its result element out. */
export interface QueryService {
  call(action: string, fields: URLSearchParams): Promise<XmlValue>;
}

const sesNamespace = "http://ses.amazonaws.com/doc/2010-12-01/";

/** Reads an AWS Query request (SES): `Action` and its fields, from the form body of a POST or the query of a GET. */
export function queryCall(request: AwsRequest, service: QueryService): Call {
  const fields =
    request.method === "POST" ? new URLSearchParams(request.body.toString("utf8")) : request.query;
  const action = fields.get("Action") ?? "";
  return {
    service: "ses",
    operation: action,
    unsigned: new AwsError("MissingAuthenticationToken", "Request is missing Authentication Token", 403),
    refuse: (error) => refusal(request, error),
    async perform() {
      const result = await service.call(action, fields);
      const metadata = { RequestId: request.id };
      const content = { [`${action}Result`]: result ?? "", ResponseMetadata: metadata };
      return reply(request, 200, xmlDocument(`${action}Response`, sesNamespace, content));
    },
  };
}

/** Says whether a request to `/` is one of the Query protocol. */
export function isQueryRequest(request: AwsRequest): boolean {
  if (request.path !== "/") return false;
  if (request.method === "GET") return request.query.has("Action");
  return (
    request.method === "POST" &&
    header(request, "content-type").startsWith("application/x-www-form-urlencoded")
  );
}

function refusal(request: AwsRequest, error: AwsError): AwsReply {
  const Type = error.status >= 500 ? "Receiver" : "Sender";
  const content = { Error: { Type, Code: error.code, Message: error.message }, RequestId: request.id };
  return reply(request, error.status, xmlDocument("ErrorResponse", sesNamespace, content));
}

function reply(request: AwsRequest, status: number, body: string): AwsReply {
  return { status, headers: { "content-type": "text/xml", "x-amzn-requestid": request.id }, body };
}
