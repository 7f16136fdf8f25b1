import { functionIdOf } from "../manifest/platform.ts";
import { routes } from "../manifest/routes.ts";

export type Fields = Readonly<Record<string, string>>;

/** A request to the deployment. */
export interface Request {
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
  readonly media?: "json" | "form";
  readonly fields?: Fields;
  /** An access token. */
  readonly bearer?: string;
}

/** An answer of the deployment. */
export interface Answer {
  readonly request: Request;
  readonly status: number;
  readonly requestId: string | null;
  /** The JSON object of the body. Empty if the body is something different. */
  readonly json: Readonly<Record<string, unknown>>;
}

/** A failed step. The message says how to find the cause. */
export class StepFailed extends Error {}

/** Timeout of a request. API Gateway gives up earlier. */
const patienceMs = 35_000;

/** Sends a request, and prints its status, milliseconds and route. @throws StepFailed if nothing answers. */
export async function ask(origin: string, request: Request, print: (line: string) => void): Promise<Answer> {
  const { method, path } = request;
  const began = performance.now();
  const line = (status: string) => {
    const ms = String(Math.round(performance.now() - began)).padStart(6);
    print(`${status}${ms} ms  ${method} ${path}`);
  };
  try {
    const response = await fetch(`${origin}${path}`, initOf(request));
    const text = await response.text();
    line(String(response.status));
    return {
      request,
      status: response.status,
      requestId: response.headers.get("x-request-id"),
      json: parse(text),
    };
  } catch (error) {
    line("---");
    throw new StepFailed(
      `Nothing answers at ${origin} (${reasonOf(error as Error)}). Is --url right? npm run doctor shows it.`,
    );
  }
}

/**
 * Checks that an answer has one of the wanted statuses.
 * @throws StepFailed
 */
export function expectStatus(answer: Answer, ...wanted: readonly number[]): Answer {
  if (wanted.includes(answer.status)) return answer;
  const { request, status, requestId, json } = answer;
  const said = Object.keys(json).length > 0 ? ` ${JSON.stringify(json)}` : "";
  const id = requestId === null ? "" : ` (request ${requestId})`;
  throw new StepFailed(`Not ${wanted.join(" or ")} but ${status}${id}:${said}\n${hintFor(request, status)}`);
}

function initOf({ method, media, fields = {}, bearer }: Request): RequestInit {
  const types = { json: "application/json", form: "application/x-www-form-urlencoded" };
  const body = media === "form" ? new URLSearchParams(fields).toString() : JSON.stringify(fields);
  return {
    method,
    redirect: "manual",
    signal: AbortSignal.timeout(patienceMs),
    headers: {
      accept: "application/json",
      ...(media && { "content-type": types[media] }),
      ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
    },
    ...(media && { body }),
  };
}

function parse(text: string): Answer["json"] {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === "object" && json !== null ? (json as Answer["json"]) : {};
  } catch {
    return {};
  }
}

/** The reason of a failed request. `fetch` hides it in the error's cause. */
function reasonOf({ cause, name }: Error): string {
  return (cause as { code?: string } | undefined)?.code ?? name;
}

/** A hint for the cause of an unexpected answer. */
function hintFor(request: Request, status: number): string {
  const name = functionOf(request);
  if (status === 404) return "Is this Vestibule, and the contract on? npm run doctor shows the URL.";
  if (status === 429) return "This address has made too many requests. Wait a minute.";
  if (status === 503)
    return `${name} cannot reach AWS, or has no signing key yet. npm run doctor looks for causes.`;
  if (status >= 500) return `The log of ${name} says why. The name of its log group contains ${name}.`;
  return `Check ${name} and the settings in cdk.json.`;
}

/** The function that serves a request, by its name in CloudFormation. */
function functionOf({ method, path }: Request): string {
  const row = routes.find((one) => "http" in one && one.http.some((key) => key === `${method} ${path}`));
  return row ? functionIdOf(row.name) : "the function";
}
