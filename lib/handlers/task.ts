import { errorFields, type LogFields, log } from "./log.ts";

/**
 * Makes the Lambda handler of a task without input, which a schedule or a deployment runs. It logs the task's result. It
 * logs and rethrows a fault, so that Lambda records the run as failed and retries it twice.
 * @param run Does the task and returns the fields of the log line.
 * @example
 * const handler = task("count-accounts", async () => ({ accounts: await countAccounts() }));
 */
export function task(name: string, run: () => Promise<LogFields>): () => Promise<void> {
  return async () => {
    try {
      log("info", name, await run());
    } catch (error) {
      log("error", `${name}-fault`, errorFields(error));
      throw error;
    }
  };
}
