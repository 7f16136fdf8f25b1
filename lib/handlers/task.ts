import { errorFields, type LogFields, log } from "./log.ts";

/**
 * Makes the Lambda handler of a task that takes no input: a schedule or a deployment runs it. It logs what came of it. A
 * fault is logged and thrown, so that the run counts as failed and Lambda tries it twice more.
 * @param run Does the task and returns what is worth a log line.
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
