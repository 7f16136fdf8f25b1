import { accountId, region } from "../../lib/local/aws/shared/protocol.ts";
import { bucketName, configurationSet, tableName } from "../../lib/local/environments/resources.ts";
import { type Resources, render } from "../infra/support.ts";

const arn = (service: string, resource: string) => `arn:aws:${service}:${region}:${accountId}:${resource}`;

/** The ARNs of the stack's resources where its functions run. */
export const arns = {
  table: arn("dynamodb", `table/${tableName}`),
  key: arn("kms", "key/11111111-1111-1111-1111-111111111111"),
  bucket: `arn:aws:s3:::${bucketName}`,
  bus: (name: string) => arn("events", `event-bus/${name}`),
  ses: (resource: string) => arn("ses", resource),
};

/** References as `render` writes them, with their values here. */
const references: readonly (readonly [RegExp, string])[] = [
  [/\bTable\.StreamArn\b/g, `${arns.table}/stream/2026-01-01T00:00:00.000`],
  [/\bTable\.Arn\b/g, arns.table],
  [/\bEmailKey\.Arn\b/g, arns.key],
  [/\bHomes\.Arn\b/g, arns.bucket],
  [/\bConfigurationSet\b/g, configurationSet],
  [/\b(\w+Logs)\.Arn\b/g, `${arn("logs", "log-group:")}$1`],
  [/<Partition>/g, "aws"],
  [/<Region>/g, region],
  [/<AccountId>/g, accountId],
];

/** Returns a part of the template with all references resolved. */
export function resolve(resources: Resources, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => resolve(resources, one));
  if (typeof value !== "object" || value === null) return value;
  const [name = ""] = Object.keys(value);
  if (name === "Ref" || name.startsWith("Fn::")) {
    return references.reduce((text, [from, to]) => text.replace(from, to), render(resources, value));
  }
  const members = Object.entries(value);
  return Object.fromEntries(members.map(([key, member]) => [key, resolve(resources, member)]));
}
