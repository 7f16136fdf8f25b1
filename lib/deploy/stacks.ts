import {
  CloudFormationClient,
  type CloudFormationClientConfig,
  DescribeStacksCommand,
  UpdateTerminationProtectionCommand,
} from "@aws-sdk/client-cloudformation";

/** A stack of the account, as far as a deployment has to know it. */
export interface FoundStack {
  /** CloudFormation's word, such as `ROLLBACK_COMPLETE`. */
  readonly status: string;
  readonly isProtected: boolean;
  /** By their names, such as `ApiUrl`. */
  readonly outputs?: Readonly<Record<string, string>>;
}

/** Whether a stack was never made: it holds nothing, and another deployment may replace it. */
export const wasNeverMade = (status: string): boolean =>
  ["ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "REVIEW_IN_PROGRESS"].includes(status);

/** Stacks of one account and region. */
export interface Stacks {
  /** @returns undefined where there is no stack of this name. */
  find(name: string): Promise<FoundStack | undefined>;
  /** Switches a stack's termination protection off. */
  unprotect(name: string): Promise<void>;
}

/**
 * Stacks of CloudFormation.
 * @param choice What the command line says; the SDK finds the rest in the environment and in its files.
 */
export function cloudFormationStacks(choice: CloudFormationClientConfig): Stacks {
  const client = new CloudFormationClient(choice);
  return {
    async find(name) {
      try {
        const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: name }));
        return (
          stack && {
            status: stack.StackStatus ?? "",
            isProtected: stack.EnableTerminationProtection === true,
            outputs: Object.fromEntries(
              (stack.Outputs ?? []).map(({ OutputKey = "", OutputValue = "" }) => [OutputKey, OutputValue]),
            ),
          }
        );
      } catch (error) {
        if (isAbsence(error as Error)) return undefined;
        throw error;
      }
    },
    async unprotect(name) {
      await client.send(
        new UpdateTerminationProtectionCommand({ StackName: name, EnableTerminationProtection: false }),
      );
    },
  };
}

/** CloudFormation has no error of its own for a stack that is not there. */
const isAbsence = ({ name, message }: Error) =>
  name === "ValidationError" && message.includes("does not exist");
