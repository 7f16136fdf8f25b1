import { type AwsReply, type AwsRequest, type Call, header, type ServiceName } from "./calls.ts";
import { AwsError } from "./protocol.ts";
import { type XmlValue, xmlDocument } from "./xml.ts";

/**
 * A service with the AWS Query protocol. It takes an action and its form fields, and returns the content of its result
 * element.
 */
export interface QueryService {
  call(action: string, fields: URLSearchParams): Promise<XmlValue>;
}

export interface QueryBinding {
  name: ServiceName;
  /** The XML namespace of the responses. */
  namespace: string;
  service: QueryService;
}

/** Reads an AWS Query request (SES, STS): `Action` and its fields, from the form body. */
export function queryCall(request: AwsRequest, { name, namespace, service }: QueryBinding): Call {
  const fields = new URLSearchParams(request.body.toString("utf8"));
  const action = fields.get("Action") ?? "";
  return {
    service: name,
    operation: action,
    unsigned: new AwsError("MissingAuthenticationToken", "Request is missing Authentication Token", 403),
    refuse: (error) => refusal(request, namespace, error),
    async perform() {
      const result = await service.call(action, fields);
      const metadata = { RequestId: request.id };
      const content = { [`${action}Result`]: result ?? "", ResponseMetadata: metadata };
      return reply(request, 200, xmlDocument(`${action}Response`, namespace, content));
    },
  };
}

export function isQueryRequest(request: AwsRequest): boolean {
  const isForm = header(request, "content-type").startsWith("application/x-www-form-urlencoded");
  return isForm && request.method === "POST" && request.path === "/";
}

function refusal(request: AwsRequest, namespace: string, error: AwsError): AwsReply {
  const Type = error.status >= 500 ? "Receiver" : "Sender";
  const content = { Error: { Type, Code: error.code, Message: error.message }, RequestId: request.id };
  return reply(request, error.status, xmlDocument("ErrorResponse", namespace, content));
}

function reply(request: AwsRequest, status: number, body: string): AwsReply {
  return { status, headers: { "content-type": "text/xml", "x-amzn-requestid": request.id }, body };
}
