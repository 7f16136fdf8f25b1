/*
 * What MiniStack lacks of AWS, and how the tests get round it. These gaps are MiniStack's, not ours.
 *
 * | of MiniStack | so the tests |
 * | --- | --- |
 * | An alarm takes no expression. | let it watch the first metric of the expression (`fillGaps`) |
 * | Request cookies stay in `headers.cookie`. | put with-cookies.mjs in front of each function (`fillGaps`) |
 * | An email identity has no DKIM attributes. | verify the domain, and deploy `senderIdentity: existing` |
 * | All callers have one address. | raise `requestsPerMinute`, and end rate windows |
 * | `POST /login` gets a page of Cognito, whatever the host. | address the API by a path (site.ts) |
 * | An answer without a body has the type application/json. | take it for none (site.ts) |
 * | A template switches on neither time to live nor backups. | adopt the table, which does |
 * | Some requests get another status. | assert it (`answeredDifferently`) |
 * | KMS decrypts a ciphertext that was changed or cut. | tell its suite so (`noticesChanges`) |
 * | DynamoDB raises no TransactionConflict. | tell its suites so (`raisesConflicts`) |
 * | A stack that does not retain its data hangs when it is deleted. | retain it |
 * | SIGTERM leaves functions running. | kill its process group (ministack.ts) |
 */

interface MetricStat {
  readonly Metric: object;
  readonly Period: number;
  readonly Stat: string;
}

/** Properties of a resource, as far as MiniStack does not take them. */
interface Properties {
  Handler?: string;
  Metrics?: readonly { readonly MetricStat?: MetricStat }[];
}

interface Resource {
  readonly Type: string;
  readonly Properties: Properties;
}

/** Stands in front of each function, for its request cookies. */
export const cookieFile = "with-cookies.mjs";

/** Requests that MiniStack answers differently from API Gateway, each asserted by deploy.test.ts. */
export const answeredDifferently = [
  {
    request: "a path with a slash behind it: `{proxy+}` wants a segment",
    path: "/api/auth/register/",
    method: "POST",
    ministack: 404,
    gateway: 400,
  },
  {
    request: "a preflight without allowed origins",
    path: "/api/v1/auth/signup",
    method: "OPTIONS",
    ministack: 403,
    gateway: 204,
  },
] as const;

/** Changes what MiniStack does not take of a template. */
export function fillGaps({ Resources }: { readonly Resources: Readonly<Record<string, Resource>> }): void {
  for (const { Type, Properties } of Object.values(Resources)) {
    if (Type === "AWS::CloudWatch::Alarm" && Properties.Metrics) watchFirstMetric(Properties);
    if (Type === "AWS::Lambda::Function" && Properties.Handler === "index.handler")
      Properties.Handler = cookieFile.replace("mjs", "handler");
  }
}

function watchFirstMetric(alarm: Properties): void {
  const { Metric, Period, Stat } = alarm.Metrics?.find(({ MetricStat }) => MetricStat)?.MetricStat ?? {};
  delete alarm.Metrics;
  Object.assign(alarm, Metric, { Period, Statistic: Stat });
}
