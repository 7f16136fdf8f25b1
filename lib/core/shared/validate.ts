import * as v from "valibot";
import { accept, type FieldFault, type Problem, type Result, refuse } from "./refusals.ts";

type Schema = v.GenericSchema<unknown, unknown>;

/**
 * Checks a request's fields against a contract's schema. The schema's messages are {@link Problem}s.
 * @returns The schema's output, or one fault for each wrong field, in the schema's order.
 */
export function validate<S extends Schema>(schema: S, input: unknown): Result<v.InferOutput<S>, "invalid"> {
  const result = v.safeParse(schema, input, { abortPipeEarly: true });
  if (result.success) return accept(result.output);
  return refuse({ code: "invalid", faults: result.issues.map(toFault) });
}

function toFault(issue: v.BaseIssue<unknown>): FieldFault {
  const field = v.getDotPath(issue) ?? "";
  return { field, problem: toProblem(issue, field) };
}

function toProblem(issue: v.BaseIssue<unknown>, field: string): Problem {
  if (issue.type === "object") return field === "" ? "not-object" : "missing";
  if (issue.kind === "schema") return issue.received === "null" ? "null" : "wrong-type";
  return issue.message as Problem;
}
