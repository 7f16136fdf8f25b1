import type { FunctionRow } from "../../lib/manifest/function-row.ts";
import { at, idOf, ofType, type Resources } from "../infra/support.ts";
import { resolve } from "./arns.ts";
import type { ResourcePolicies, Statement } from "./simulator.ts";

/** Returns the statements of a function's role. */
export function statementsOf(resources: Resources, { name }: FunctionRow): Statement[] {
  const [{ PolicyDocument }] = at(resources, `${idOf(name)}Role`).Properties.Policies;
  return resolve(resources, PolicyDocument.Statement) as Statement[];
}

/** Returns the policies of the key and of the bucket. */
export function resourcePoliciesOf(resources: Resources): ResourcePolicies {
  const [bucketPolicy] = ofType(resources, "AWS::S3::BucketPolicy");
  return {
    kms: resolve(resources, at(resources, "EmailKey").Properties.KeyPolicy),
    s3: resolve(resources, bucketPolicy?.Properties.PolicyDocument),
  };
}

/** The smallest right that a role can lack: one action on one resource or one kind of item. */
export interface Pair {
  readonly action: string;
  /** The pattern of keys, or otherwise the resource. */
  readonly on: string;
  readonly statement: Statement;
}

const leadingKeys = "dynamodb:LeadingKeys";

/** Actions that Lambda itself performs with the function's role. It writes the logs and reads the table's stream. */
const usedByLambda = /^logs:|^dynamodb:(DescribeStream|GetRecords|GetShardIterator|ListStreams)$/;

/** Splits a role into pairs, without those that Lambda itself uses. */
export function pairsOf(statements: readonly Statement[]): Pair[] {
  return statements.flatMap((statement) =>
    [statement.Action]
      .flat()
      .filter((action) => !usedByLambda.test(action))
      .flatMap((action) => partsOf({ ...statement, Action: action })),
  );
}

function partsOf(statement: Statement & { readonly Action: string }): Pair[] {
  const { Action: action, Resource, Condition = {} } = statement;
  const keys = Condition["ForAllValues:StringLike"]?.[leadingKeys];
  if (keys === undefined)
    return [Resource].flat().map((on) => ({ action, on, statement: { ...statement, Resource: on } }));
  return [keys].flat().map((on) => {
    const held = { ...Condition, "ForAllValues:StringLike": { [leadingKeys]: on } };
    return { action, on, statement: { ...statement, Condition: held } };
  });
}
