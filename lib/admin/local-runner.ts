import { defaultAwsPort } from "../local/command-line.ts";
import { keyAlias, tableName } from "../local/environments/resources.ts";
import type { Aim } from "./endpoint.ts";
import { UsageError } from "./usage.ts";

interface LocalValues {
  readonly table?: string | undefined;
  readonly "public-url"?: string | undefined;
}

/**
 * Points a command at the local runner.
 * @param variables Has the runner's ports, under the names by which the runner takes them.
 * @throws UsageError for an option that would name another deployment.
 */
export function localArguments<Own extends LocalValues>(
  { aim, values }: { readonly aim: Aim; readonly values: Own },
  variables: NodeJS.ProcessEnv,
) {
  const { profile, region, endpointUrl } = aim;
  const named = { table: values.table, profile, region, "endpoint-url": endpointUrl };
  const other = Object.entries(named).find(([, value]) => value !== undefined);
  if (other) throw new UsageError(`--local names the local runner: leave out --${other[0]}.`);
  const { AWS_PORT, PORT } = variables;
  return {
    aim: { ...aim, endpointUrl: `http://127.0.0.1:${AWS_PORT || defaultAwsPort}` },
    values: { "public-url": `http://127.0.0.1:${PORT || 3000}`, ...values },
    variables: { ...variables, TABLE_NAME: tableName, KEY_ARN: keyAlias },
  };
}
