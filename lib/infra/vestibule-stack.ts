import { CfnOutput, Stack } from "aws-cdk-lib";
import type { Code } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { rowsOf } from "../manifest/platform.ts";
import type { Settings } from "../settings/settings.ts";
import { makeAlarms } from "./alarms.ts";
import { addRoutes, makeApi } from "./api.ts";
import { serveAt } from "./domain.ts";
import { grant } from "./grants.ts";
import { type Lambda, makeLambda } from "./lambda.ts";
import { notify } from "./notify.ts";
import { wakeForJobs } from "./outbox.ts";
import { holdProviders } from "./providers.ts";
import { runByItself } from "./runs.ts";
import { makeSender } from "./sender.ts";
import { makeStorage, type Storage } from "./storage.ts";

export interface VestibuleStackProps {
  readonly settings: Settings;
  /** Returns the bundle of a function by its name. */
  readonly codeOf: (name: string) => Code;
  /** Whether to make a template for `sam local`, with the local runner's names in place of references. */
  readonly samLocal?: boolean;
}

/** All of Vestibule in one stack: one Lambda for each row of `routes`, and the resources that they need. */
export class VestibuleStack extends Stack {
  constructor(scope: Construct, id: string, { settings, codeOf, samLocal = false }: VestibuleStackProps) {
    super(scope, id, {
      description: "Vestibule: user sign-up",
      analyticsReporting: false,
      // Data outlives the stack, but a new stack starts without it. Termination protection makes destroying take two steps.
      terminationProtection: settings.retainData,
    });
    const storage = makeStorage(this, settings);
    const api = makeApi(this, settings);
    if (settings.domain) serveAt(this, settings.domain, api);
    const publicUrl = settings.publicUrl ?? api.api.apiEndpoint;
    const around = { storage, sender: makeSender(this, settings), publicUrl, settings, samLocal };
    const lambdas = rowsOf(settings.contracts).map((row) => {
      const lambda = makeLambda(this, {
        row,
        code: codeOf(row.name),
        grant: grant(row.needs, around),
        settings,
        samLocal,
      });
      addRoutes(api, lambda);
      if (row.outbox) wakeForJobs(lambda, row.outbox, storage);
      // A template for `sam local` is never deployed. The local runner runs these functions instead.
      if (!samLocal) runByItself(lambda);
      return lambda;
    });
    makeAlarms(this, api, lambdas.filter(worksOffJobs));
    if (settings.alarmEmail !== undefined) notify(this, settings.alarmEmail);
    holdProviders(this, settings);
    this.#makeOutputs(settings.domain ? publicUrl : api.api.apiEndpoint, storage);
  }

  #makeOutputs(apiUrl: string, storage: Storage): void {
    const outputs = {
      ApiUrl: apiUrl,
      TableName: storage.table.tableName,
      BucketName: storage.bucket.bucketName,
      KeyArn: storage.key.keyArn,
    };
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }
}

function worksOffJobs({ row }: Lambda): boolean {
  return row.outbox !== undefined;
}
