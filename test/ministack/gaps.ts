/*
 * MiniStack's gaps, and how the tests work around them. The gaps are MiniStack's, not ours.
 *
 * | MiniStack | the tests |
 * | --- | --- |
 * | An alarm accepts no expression. | use the expression's first metric (`fillGaps`) |
 * | Request cookies stay in `headers.cookie`. | put with-cookies.mjs in front of each function (`fillGaps`) |
 * | An email identity has no DKIM attributes. | verify the domain, and deploy `senderIdentity: existing` |
 * | All callers have one address. | raise `requestsPerMinute`, and end rate windows |
 * | `POST /login` returns a page of Cognito for any host. | address the API by a path (site.ts) |
 * | A response without a body has the type application/json. | ignore that type (site.ts) |
 * | A template enables neither time to live nor backups. | adopt the table, which enables them |
 * | Some requests get another status. | assert it (`answeredDifferently`) |
 * | KMS decrypts a changed or shortened ciphertext. | pass that to its suite (`noticesChanges`) |
 * | DynamoDB raises no TransactionConflict. | pass that to its suites (`raisesConflicts`) |
 * | A stack that does not retain its data hangs when it is deleted. | retain it |
 * | SIGTERM leaves functions running. | kill its process group (ministack.ts) |
 */

interface MetricStat {
  readonly Metric: object;
  readonly Period: number;
  readonly Stat: string;
}

/** Properties of a resource that MiniStack does not accept. */
interface Properties {
  Handler?: string;
  Metrics?: readonly { readonly MetricStat?: MetricStat }[];
}

interface Resource {
  readonly Type: string;
  readonly Properties: Properties;
}

/** The file in front of each function that reads its request cookies. */
export const cookieFile = "with-cookies.mjs";

/** Requests that MiniStack answers differently from API Gateway. deploy.test.ts asserts each. */
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

/** Changes the parts of a template that MiniStack does not accept. */
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
