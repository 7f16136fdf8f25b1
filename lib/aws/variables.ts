import * as v from "valibot";
import { readers, type Variable, type VariableValues } from "../manifest/variables.ts";

/**
 * Reads an environment variable of the deployment, when the function starts.
 * @throws Error that names a missing or wrong variable. The function's row then lacks the need for it.
 */
export function variable<Name extends Variable>(name: Name): VariableValues[Name] {
  const result = v.safeParse(readers[name], process.env[name]);
  if (!result.success)
    throw new Error(
      `Environment variable ${name} is missing or wrong. Does the function's row in lib/manifest/routes.ts have the need that brings it?`,
    );
  return result.output as VariableValues[Name];
}
