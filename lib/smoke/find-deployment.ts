import { type Aim, clientConfigOf } from "../admin/endpoint.ts";
import { UsageError } from "../admin/usage.ts";
import { cloudFormationStacks, locateStacks } from "../deploy/stacks.ts";
import { stackNameOf } from "../manifest/stage-names.ts";
import { StepFailed } from "./site.ts";

/** A deployment's origin, and the table of its accounts. */
export interface Deployment {
  readonly origin: string;
  readonly table: string;
}

/**
 * Finds a deployment by the outputs of its stack, with the caller's own credentials.
 * @throws UsageError without a region or credentials.
 * @throws StepFailed if there is no such stack, or the credentials may not read it.
 */
export async function findDeployment(aim: Aim): Promise<Deployment> {
  const name = stackNameOf(aim.stage);
  const config = clientConfigOf(aim);
  await locateStacks(config).catch((error: Error) => {
    throw new UsageError(`${error.message} Or name the deployment by --url: that takes no credentials.`);
  });
  const stack = await cloudFormationStacks(config)
    .find(name)
    .catch((error: Error) => {
      throw new StepFailed(`The stack ${name} cannot be read (${error.message}). Name its --url instead.`);
    });
  const { ApiUrl, TableName } = stack?.outputs ?? {};
  if (!ApiUrl || !TableName)
    throw new StepFailed(`There is no deployed stack ${name}. npm run doctor says more.`);
  return { origin: new URL(ApiUrl).origin, table: TableName };
}
