import { describe, expect, test } from "vitest";
import { contracts } from "../../lib/core/shared/contracts.ts";
import type { FunctionRow } from "../../lib/manifest/function-row.ts";
import { rowsOf } from "../../lib/manifest/platform.ts";
import { routes } from "../../lib/manifest/routes.ts";
import { at, idOf, isOfCdk, makeStack, ofType, type Resources, render, synthesize } from "./support.ts";

const rows: readonly FunctionRow[] = routes;
const outboxRows = rows.filter(({ outbox }) => outbox);
const runningRows = rows.filter(({ runs }) => runs);
const resources = synthesize();
const open = synthesize({
  allowedOrigins: ["https://app.example.com"],
  localOrigins: ["http://localhost:5173"],
  publicUrl: "https://join.example.com",
  senderIdentity: "existing",
  reservedConcurrency: 5,
  warmThroughput: {},
  throttle: { burst: 20 },
  logRetentionDays: 7,
  retainData: false,
});

/** Under other ids CloudFormation would make new, empty resources and leave these behind with all data. */
const lasting = {
  TableCD117FA1: "AWS::DynamoDB::Table",
  EmailKeyD7EE763A: "AWS::KMS::Key",
  Homes77C01188: "AWS::S3::Bucket",
};

const stage = (of: Resources) => at(of, "Stage").Properties;
const variables = (of: Resources, name: string) => at(of, idOf(name)).Properties.Environment.Variables;

describe("the stack", () => {
  // aws-amplify/amplify-cli #196: an edit of the template deleted the user pool with everybody in it.
  test.each(Object.entries(lasting))("keeps %s even if the stack is deleted or replaces it", (id, type) => {
    expect(resources[id]).toMatchObject({
      Type: type,
      DeletionPolicy: "RetainExceptOnCreate",
      UpdateReplacePolicy: "Retain",
    });
  });

  test("keeps nothing but the data, the bucket's policy and the sender's identity", () => {
    const kept = Object.keys(resources).filter((id) => resources[id]?.DeletionPolicy?.startsWith("Retain"));
    const others = ["HomesPolicy6ADB343D", "SenderIdentity5AECAF6F"];
    expect(kept.sort()).toEqual([...Object.keys(lasting), ...others].sort());
  });

  test("keeps the sender's identity, by which other stages send, even if the data is not retained", () => {
    expect(at(synthesize({ retainData: false }), "SenderIdentity")).toMatchObject({
      DeletionPolicy: "RetainExceptOnCreate",
      UpdateReplacePolicy: "Retain",
    });
  });

  test("the stack is protected against deletion if its data is retained", () => {
    expect(makeStack().stack.terminationProtection).toBe(true);
    expect(makeStack({ retainData: false }).stack.terminationProtection).toBe(false);
  });

  test("leaves no data behind if the data is not retained", () => {
    for (const id of Object.keys(lasting)) expect(open[id]?.DeletionPolicy).toBe("Delete");
  });

  test("has one Lambda for each row", () => {
    const functions = ofType(resources, "AWS::Lambda::Function").filter((one) => !isOfCdk(one));
    expect(functions).toHaveLength(rows.length);
    for (const row of rows) {
      expect(at(resources, idOf(row.name)).Properties).toMatchObject({
        Runtime: "nodejs24.x",
        Architectures: ["arm64"],
        MemorySize: row.hashesPasswords ? 1769 : 512,
        Timeout: 15,
        LoggingConfig: { LogGroup: { Ref: expect.stringContaining(`${idOf(row.name)}Logs`) } },
      });
    }
  });

  test("has exactly the rows' routes, each to its Lambda with payload format 2.0", () => {
    const routed = ofType(resources, "AWS::ApiGatewayV2::Route").map(({ Properties }) => {
      const integration = resources[Properties.Target["Fn::Join"][1][1].Ref]?.Properties;
      expect(integration.PayloadFormatVersion).toBe("2.0");
      return `${Properties.RouteKey} -> ${render(resources, integration.IntegrationUri)}`;
    });
    const expected = rows.flatMap(({ name, http = [] }) => http.map((key) => `${key} -> ${idOf(name)}.Arn`));
    expect(routed.sort()).toEqual(expected.sort());
  });

  test("has neither Lambda nor route nor log group of a contract that is off", () => {
    const usersOnly = synthesize({ contracts: ["users"] });
    const on = rowsOf(["users"]);
    const functions = ofType(usersOnly, "AWS::Lambda::Function").filter((one) => !isOfCdk(one));
    expect(functions).toHaveLength(on.length);
    const keys = ofType(usersOnly, "AWS::ApiGatewayV2::Route").map(({ Properties }) => Properties.RouteKey);
    expect(keys.sort()).toEqual(on.flatMap(({ http = [] }) => http).sort());
    const off = rows.filter(({ contracts }) => contracts && !contracts.includes("users"));
    expect(off.map(({ name }) => name)).toContain("login-signup-username");
    for (const { name } of off) expect(JSON.stringify(usersOnly)).not.toContain(idOf(name));
    expect(on.filter(({ contracts }) => contracts).map(({ name }) => name)).toEqual([
      "register-users",
      "login-users",
      "refresh-users",
      "me-users",
    ]);
  });

  test("passes the contracts that are on to the login that two contracts share", () => {
    const login = "login-signup-username";
    expect(variables(resources, login).CONTRACTS).toBe(Object.keys(contracts).join());
    expect(variables(synthesize({ contracts: ["username"] }), login).CONTRACTS).toBe("username");
  });

  test("lets the gateway call a function only through its routes", () => {
    const callers = ofType(resources, "AWS::Lambda::Permission").map(({ Properties }) => ({
      service: Properties.Principal,
      source: render(resources, Properties.SourceArn),
    }));
    for (const { service, source } of callers) {
      if (service === "events.amazonaws.com") expect(source).toMatch(/\/(Schedule|Daily)\.Arn$/);
      else expect(source).toMatch(/:Api\/\*\/\*\/[a-z0-9/.-]+(\{proxy\+\}|\{id\})?$/);
    }
    const routeCount = rows.flatMap(({ http = [] }) => http).length;
    expect(callers).toHaveLength(routeCount + outboxRows.length + runningRows.length);
  });

  test("throttles the default stage, and logs route keys but no path, query or address", () => {
    expect(stage(resources)).toMatchObject({
      StageName: "$default",
      AutoDeploy: true,
      DefaultRouteSettings: { ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200 },
    });
    expect(stage(open).DefaultRouteSettings.ThrottlingBurstLimit).toBe(20);
    const format = stage(resources).AccessLogSettings.Format;
    expect(format).toContain("$context.routeKey");
    expect(format).not.toMatch(/path|query|ip|identity|userAgent|header/i);
  });

  test("answers CORS for exactly the allowed origins, and for none by default", () => {
    expect(at(resources, "Api").Properties.CorsConfiguration).toBeUndefined();
    expect(at(open, "Api").Properties.CorsConfiguration).toEqual({
      AllowOrigins: ["https://app.example.com"],
      AllowMethods: ["POST", "GET", "DELETE", "PATCH"],
      AllowHeaders: ["authorization", "content-type", "idempotency-key", "refresh-token"],
      ExposeHeaders: ["retry-after", "x-request-id"],
      MaxAge: 3600,
    });
  });

  test.each(outboxRows)("starts $name for new jobs of its group and every minute", ({ name, outbox }) => {
    const mapping = at(resources, `${idOf(name)}/Stream`).Properties;
    expect(mapping).toMatchObject({
      StartingPosition: "TRIM_HORIZON",
      BatchSize: 10,
      MaximumRetryAttempts: 2,
      FunctionResponseTypes: ["ReportBatchItemFailures"],
    });
    expect(
      mapping.FilterCriteria.Filters.map(({ Pattern }: { Pattern: string }) => JSON.parse(Pattern)),
    ).toEqual([
      { eventName: ["INSERT"], dynamodb: { Keys: { pk: { S: [{ prefix: `OUTBOX#${outbox}#` }] } } } },
    ]);
    expect(at(resources, `${idOf(name)}/Schedule`).Properties.ScheduleExpression).toBe("rate(1 minute)");
    expect(at(resources, `${idOf(name)}/DeadJobs`).Properties.FilterPattern).toBe('{ $.event = "job-dead" }');
  });

  test.each(
    runningRows,
  )("runs $name daily and after a deployment that changed it, with an alarm for failures", ({ name }) => {
    expect(at(resources, `${idOf(name)}/Daily`).Properties).toMatchObject({
      ScheduleExpression: "rate(1 day)",
      Targets: [{ Arn: { "Fn::GetAtt": [expect.stringContaining(idOf(name)), "Arn"] } }],
    });
    const trigger = at(resources, `${idOf(name)}/OnDeploy/Default/Default`).Properties;
    expect(render(resources, trigger.HandlerArn)).toBe(`${idOf(name)}/CurrentVersion`);
    // The deployment does not wait for the run: a fault would roll it back.
    expect(trigger.InvocationType).toBe("Event");
    expect(at(resources, `${idOf(name)}/RunsAlarm`).Properties).toMatchObject({
      MetricName: "Errors",
      Period: 3600,
      Threshold: 2,
    });
  });

  test("has alarms for dead jobs, a stalled outbox, delayed messages and 5xx answers", () => {
    const metricFilter = at(resources, "SendMail/DeadJobs").Properties.MetricTransformations[0];
    expect(at(resources, "DeadJobsAlarm").Properties).toMatchObject({
      Namespace: metricFilter.MetricNamespace,
      MetricName: metricFilter.MetricName,
      Threshold: 1,
      TreatMissingData: "notBreaching",
    });
    const heldBack = at(resources, "SendMail/MailsHeldBack").Properties;
    expect(heldBack.FilterPattern).toBe('{ $.event = "mail-held-back" }');
    expect(at(resources, "MailCeilingAlarm").Properties).toMatchObject({
      Namespace: heldBack.MetricTransformations[0].MetricNamespace,
      MetricName: heldBack.MetricTransformations[0].MetricName,
      Statistic: "Sum",
      Period: 3600,
      Threshold: 1,
      TreatMissingData: "notBreaching",
    });
    expect(ofType(resources, "AWS::CloudWatch::Alarm")).toHaveLength(4 + runningRows.length);
  });

  test("sends every alarm to alarmEmail if it is set", () => {
    const told = synthesize({ alarmEmail: "ops@example.com" });
    expect(at(told, "Alarms/ops@example.com").Properties).toMatchObject({
      Protocol: "email",
      Endpoint: "ops@example.com",
    });
    const alarms = ofType(told, "AWS::CloudWatch::Alarm");
    expect(alarms).toHaveLength(4 + runningRows.length);
    for (const { Properties } of alarms)
      expect(Properties.AlarmActions.map((action: unknown) => render(told, action))).toEqual(["Alarms"]);
    const statements = at(told, "Alarms/Policy").Properties.PolicyDocument.Statement;
    expect(statements).toEqual([
      expect.objectContaining({ Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } }),
      {
        Sid: expect.any(String),
        Effect: "Allow",
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Action: "sns:Publish",
        Resource: { Ref: expect.any(String) },
        Condition: {
          StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } },
          ArnLike: { "aws:SourceArn": expect.anything() },
        },
      },
    ]);
    expect(render(told, statements[1].Condition.ArnLike["aws:SourceArn"])).toBe(
      "arn:<Partition>:cloudwatch:<Region>:<AccountId>:alarm:*",
    );
    expect(ofType(resources, "AWS::SNS::Topic")).toEqual([]);
    for (const { Properties } of ofType(resources, "AWS::CloudWatch::Alarm"))
      expect(Properties.AlarmActions).toBeUndefined();
  });

  test("states the thresholds and periods of alarms in their descriptions", () => {
    const { AlarmDescription: outbox, EvaluationPeriods, Metrics } = at(resources, "OutboxAlarm").Properties;
    const periods = Metrics.flatMap(
      ({ MetricStat }: { MetricStat?: { Period: number } }) => MetricStat?.Period ?? [],
    );
    expect(outbox).toContain(`for ${(EvaluationPeriods * periods[0]) / 60} minutes`);
    const { AlarmDescription: errors, ...alarm } = at(resources, "ServerErrorsAlarm").Properties;
    expect(alarm).toMatchObject({ Threshold: 5, Period: 300, EvaluationPeriods: 1 });
    expect(errors).toContain("five requests or more with 5xx within five minutes");
  });

  test("passes settings only to functions whose needs bring them", () => {
    const set = synthesize({ removeUnverifiedAfterDays: 0, mailsPerDay: 200 });
    expect(variables(set, "register-signup").REMOVE_UNVERIFIED_AFTER_DAYS).toBe("0");
    expect(variables(resources, "register-signup").REMOVE_UNVERIFIED_AFTER_DAYS).toBe("7");
    expect(variables(set, "send-mail").MAILS_PER_DAY).toBe("200");
    expect(variables(resources, "send-mail").MAILS_PER_DAY).toBe("25000");
    expect(variables(resources, "apply-effects")).not.toHaveProperty("REMOVE_UNVERIFIED_AFTER_DAYS");
  });

  test("makes a table with the adapters' keys, index and stream", () => {
    const { Properties } = at(resources, "Table");
    expect(Properties).toMatchObject({
      KeySchema: [
        { AttributeName: "pk", KeyType: "HASH" },
        { AttributeName: "sk", KeyType: "RANGE" },
      ],
      BillingMode: "PAY_PER_REQUEST",
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      StreamSpecification: { StreamViewType: "KEYS_ONLY" },
      TimeToLiveSpecification: { AttributeName: "expiresAt", Enabled: true },
    });
    expect(Properties.GlobalSecondaryIndexes).toEqual([
      {
        IndexName: "due-jobs",
        KeySchema: [
          { AttributeName: "due", KeyType: "HASH" },
          { AttributeName: "nextAttemptAt", KeyType: "RANGE" },
        ],
        Projection: { ProjectionType: "KEYS_ONLY" },
      },
    ]);
    expect(Properties.WarmThroughput).toBeUndefined();
    expect(at(open, "Table").Properties.WarmThroughput).toEqual({
      ReadUnitsPerSecond: 12_000,
      WriteUnitsPerSecond: 4_000,
    });
  });

  test("makes the bucket private, encrypted, versioned and reachable only over TLS", () => {
    const { Properties } = at(resources, "Homes");
    expect(Object.values(Properties.PublicAccessBlockConfiguration)).toEqual([true, true, true, true]);
    expect(Properties.VersioningConfiguration).toEqual({ Status: "Enabled" });
    expect(Properties.BucketEncryption).toBeDefined();
    expect(Properties.LifecycleConfiguration.Rules).toHaveLength(2);
    const denied = at(resources, "Homes/Policy").Properties.PolicyDocument.Statement;
    expect(denied).toContainEqual(
      expect.objectContaining({ Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } }),
    );
    expect(at(resources, "EmailKey").Properties.EnableKeyRotation).toBe(true);
  });

  test("makes the sender's identity, unless senderIdentity is existing", () => {
    expect(at(resources, "SenderIdentity").Properties.EmailIdentity).toBe("vestibule.example");
    expect(ofType(open, "AWS::SES::EmailIdentity")).toEqual([]);
    expect(ofType(open, "AWS::SES::ConfigurationSet")).toHaveLength(1);
  });

  test("applies the other settings", () => {
    expect(at(open, "RegisterSignup").Properties.ReservedConcurrentExecutions).toBe(5);
    expect(at(open, "RegisterSignupLogs").Properties.RetentionInDays).toBe(7);
    expect(variables(open, "send-mail").PUBLIC_URL).toBe("https://join.example.com");
    expect(render(resources, variables(resources, "send-mail").PUBLIC_URL)).toBe("Api.ApiEndpoint");
    expect(variables(open, "verify-email").ALLOWED_ORIGINS).toBe("https://app.example.com");
  });
});
