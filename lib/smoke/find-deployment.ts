import { type Aim, clientConfigOf } from "../admin/endpoint.ts";
import { cloudFormationStacks } from "../deploy/stacks.ts";
import { stackNameOf } from "../manifest/stage-names.ts";
import { StepFailed } from "./site.ts";

/** A deployment's origin, and the table of its accounts. */
export interface Deployment {
  readonly origin: string;
  readonly table: string;
}

/**
 * Finds a deployment by the outputs of its stack, with the caller's own credentials.
 * @throws StepFailed if there is no such stack, or the credentials may not read it.
 */
export async function findDeployment(aim: Aim): Promise<Deployment> {
  const name = stackNameOf(aim.stage);
  const stack = await cloudFormationStacks(clientConfigOf(aim))
    .find(name)
    .catch((error: Error) => {
      throw new StepFailed(`The stack ${name} cannot be read (${error.message}). Name its --url instead.`);
    });
  const { ApiUrl, TableName } = stack?.outputs ?? {};
  if (!ApiUrl || !TableName)
    throw new StepFailed(`There is no deployed stack ${name}. npm run doctor says more.`);
  return { origin: new URL(ApiUrl).origin, table: TableName };
}
