import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { accountId } from "../../lib/local/aws/shared/protocol.ts";
import { installPackage } from "../support/packages.ts";
import type { Asked } from "./asked.ts";

/** A statement of a policy, with its references resolved. */
export interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** Policies of the resources, by the service in an action's name. */
export type ResourcePolicies = Readonly<Record<string, unknown>>;

/** Returns the simulator's verdict, such as `Allowed` or `ImplicitlyDenied`, or why it has none. */
export type Simulate = (statements: readonly Statement[], asked: Asked) => Promise<string>;

/** The used part of the simulator. Its licence is the AGPL, so this suite fetches it and it is no dependency. */
interface Simulator {
  runSimulation(
    simulation: object,
    options: object,
  ): Promise<{
    readonly overallResult?: string;
    readonly errors?: unknown;
    readonly result?: { readonly ignoredContextKeys?: readonly string[] };
  }>;
}

export async function openSimulator(onResources: ResourcePolicies): Promise<Simulate> {
  const folder = installPackage("@cloud-copilot/iam-simulate@0.1.173");
  const { runSimulation }: Simulator = await import(pathToFileURL(join(folder, "dist/esm/index.js")).href);
  return async (statements, { action, resource, context }) => {
    const [service = ""] = action.split(":");
    const simulation = renamed({
      request: {
        principal: `arn:aws:sts::${accountId}:assumed-role/function/session`,
        action,
        resource: { resource, accountId },
        contextVariables: context,
      },
      identityPolicies: [{ name: "needs", policy: { Version: "2012-10-17", Statement: statements } }],
      resourcePolicy: onResources[service],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    });
    const { overallResult, errors, result } = await runSimulation(simulation, { simulationMode: "Strict" });
    const ignored = result?.ignoredContextKeys ?? [];
    // A verdict proves nothing if the simulator ignores a context key.
    if (ignored.length > 0) return `ignored ${ignored.join(", ")}`;
    return overallResult ?? JSON.stringify(errors);
  };
}

/** Renames context keys that the simulator does not know. Their names are open, like those of principal tags. */
function renamed(simulation: object): object {
  return JSON.parse(
    JSON.stringify(simulation).replaceAll("kms:EncryptionContext:", "aws:PrincipalTag/encryption-"),
  );
}
