import {
  CloudFormationClient,
  type CloudFormationClientConfig,
  DescribeStacksCommand,
  UpdateTerminationProtectionCommand,
} from "@aws-sdk/client-cloudformation";
import { locate } from "../admin/place.ts";

/** A stack of CloudFormation. */
export interface FoundStack {
  /** CloudFormation's status, such as `ROLLBACK_COMPLETE`. */
  readonly status: string;
  readonly isProtected: boolean;
  /** Outputs by name, such as `ApiUrl`. */
  readonly outputs?: Readonly<Record<string, string>>;
}

/** Whether a stack was never made. It then contains nothing, and the next deployment may replace it. */
export const wasNeverMade = (status: string): boolean =>
  ["ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "REVIEW_IN_PROGRESS"].includes(status);

/** Stacks of one AWS account and region. */
export interface Stacks {
  /** @returns undefined if there is no stack of this name. */
  find(name: string): Promise<FoundStack | undefined>;
  /** Switches a stack's termination protection off. */
  unprotect(name: string): Promise<void>;
}

/**
 * Finds the region of the stacks, and checks that there are credentials.
 * @throws UsageError with one line that says what is missing.
 */
export const locateStacks = (choice: CloudFormationClientConfig & { readonly profile?: string }) =>
  locate(new CloudFormationClient(choice), choice.profile);

/**
 * Reads and changes stacks by CloudFormation.
 * @param choice Options of the command line. The SDK takes the rest from the environment and its files.
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

/** CloudFormation has no specific error for a missing stack. */
const isAbsence = ({ name, message }: Error) =>
  name === "ValidationError" && message.includes("does not exist");
