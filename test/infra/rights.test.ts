import { describe, expect, test } from "vitest";
import { contracts } from "../../lib/core/shared/contracts.ts";
import { grant } from "../../lib/infra/grants.ts";
import type { Surroundings } from "../../lib/infra/surroundings.ts";
import type { FunctionRow } from "../../lib/manifest/function-row.ts";
import { routes } from "../../lib/manifest/routes.ts";
import { type Need, variablesOf } from "../../lib/manifest/variables.ts";
import { readSettings } from "../../lib/settings/settings.ts";
import { at, idOf, isOfCdk, ofType, render, synthesize } from "./support.ts";

const resources = synthesize();

const logs = (name: string) => `logs:CreateLogStream, logs:PutLogEvents on ${idOf(name)}Logs.Arn`;

const items = (actions: string, ...keys: string[]) => {
  const named = actions.split(" ").map((action) => `dynamodb:${action}`);
  const patterns = keys.map((key) => (key.endsWith("#") ? `${key}*` : key));
  const held = `ForAllValues:StringLike dynamodb:LeadingKeys ${patterns.join(", ")}`;
  return `${named.join(", ")} on Table.Arn if ${held} and Null dynamodb:LeadingKeys false`;
};

const ciphertexts = (action: string, purpose: string, boundTo: string) =>
  `kms:${action} on EmailKey.Arn if StringEquals kms:EncryptionContext:purpose ${purpose} and ` +
  `ForAllValues:StringEquals kms:EncryptionContextKeys ${boundTo}, purpose and ` +
  `Null kms:EncryptionContext:${boundTo} false`;

const emails = (action: string) => ciphertexts(action, "email", "account");
const privateKeys = (action: string) => ciphertexts(action, "signing-key", "kid");

const jobs = (group: string) => [
  `dynamodb:Query on Table.Arn/index/due-jobs if ForAllValues:StringLike dynamodb:LeadingKeys ${group}#*`,
  "dynamodb:DescribeStream, dynamodb:GetRecords, dynamodb:GetShardIterator, dynamodb:ListStreams on Table.StreamArn",
];

const ses = "arn:<Partition>:ses:<Region>:<AccountId>";
const bus = "arn:<Partition>:events:<Region>:<AccountId>:event-bus";
const publishing = "ForAllValues:StringEquals events:source vestibule and Null events:source false";
const registration = (...claims: string[]) => [
  items(
    "PutItem",
    ...["ACCOUNT#", "EMAIL#", "OUTBOX#mail#", "OUTBOX#effects#", "IDEMPOTENCY#", "ATTEMPTS#"],
    ...claims,
  ),
  items("GetItem", "IDEMPOTENCY#", "ACCOUNT#", "ATTEMPTS#"),
  items("DeleteItem", "ATTEMPTS#"),
];
const numbered = [items("UpdateItem", "RATE#", "COUNTER#"), ...registration()];
const logIn = [
  items("UpdateItem", "RATE#", "ACCOUNT#"),
  items("GetItem", "ATTEMPTS#", "ACCOUNT#", "EMAIL#", "USERNAME#"),
  items("PutItem", "ATTEMPTS#", "OUTBOX#effects#"),
  items("DeleteItem", "ATTEMPTS#"),
  items("Query", "SIGNING_KEY"),
  privateKeys("Decrypt"),
];
const logInWithSession = [
  items("UpdateItem", "RATE#", "ACCOUNT#"),
  items("GetItem", "ATTEMPTS#", "ACCOUNT#", "EMAIL#", "USERNAME#"),
  items("PutItem", "ATTEMPTS#", "OUTBOX#effects#", "SESSION#"),
  items("DeleteItem", "ATTEMPTS#", "SESSION#"),
  items("Query", "SIGNING_KEY"),
  privateKeys("Decrypt"),
];

const removedByDeletion = ["EMAIL#", "IDEMPOTENCY#", "ATTEMPTS#", "OUTBOX#effects#remove-unverified#"];

/** The provider that CDK adds to run functions after a deployment. */
const triggers = "AWSCDK.TriggerCustomResourceProviderCustomResourceProvider";

/** The rights of each function, except for writing to its own log group. */
const rights: Record<(typeof routes)[number]["name"], string[]> = {
  "register-token": [...numbered, items("Query", "SIGNING_KEY"), emails("Encrypt"), privateKeys("Decrypt")],
  "register-signup": [...numbered, emails("Encrypt")],
  "register-users": [...numbered, emails("Encrypt")],
  "register-username": [items("UpdateItem", "RATE#"), ...registration("USERNAME#"), emails("Encrypt")],
  "register-form": [items("UpdateItem", "RATE#"), ...registration("HOME#"), emails("Encrypt")],
  "login-token": logIn,
  "login-signup-username": logInWithSession,
  "login-users": logInWithSession,
  "login-form": logInWithSession,
  "account-form": [
    items("UpdateItem", "RATE#", "SESSION#"),
    items("GetItem", "SESSION#", "ACCOUNT#"),
    emails("Decrypt"),
  ],
  "request-email-change-form": [
    items("UpdateItem", "RATE#", "SESSION#", "ACCOUNT#"),
    items("GetItem", "SESSION#", "ACCOUNT#", "ATTEMPTS#"),
    items("PutItem", "ATTEMPTS#", "OUTBOX#mail#"),
    items("DeleteItem", "ATTEMPTS#"),
    emails("Encrypt"),
  ],
  "logout-form": [items("UpdateItem", "RATE#"), items("DeleteItem GetItem", "SESSION#")],
  "refresh-users": [
    items("UpdateItem", "RATE#", "SESSION#"),
    items("GetItem", "SESSION#", "ACCOUNT#"),
    items("Query", "SIGNING_KEY"),
    privateKeys("Decrypt"),
  ],
  "me-users": [
    items("UpdateItem", "RATE#"),
    items("Query", "SIGNING_KEY"),
    items("GetItem", "ACCOUNT#", "SESSION#"),
    emails("Decrypt"),
  ],
  "verify-email": [
    items("UpdateItem", "RATE#", "ACCOUNT#"),
    items("GetItem", "TOKEN#", "ACCOUNT#"),
    items("PutItem", "ACCOUNT#", "OUTBOX#effects#"),
    items("DeleteItem", "TOKEN#", ...removedByDeletion),
  ],
  "resend-verification": [items("UpdateItem", "RATE#"), items("PutItem", "OUTBOX#mail#")],
  "refresh-token": [
    items("UpdateItem", "RATE#", "SESSION#"),
    items("GetItem", "SESSION#", "ACCOUNT#"),
    items("DeleteItem", "SESSION#"),
    items("ConditionCheckItem", "ACCOUNT#"),
    items("PutItem", "OUTBOX#mail#"),
    items("Query", "SIGNING_KEY"),
    privateKeys("Decrypt"),
  ],
  logout: [
    items("UpdateItem", "RATE#"),
    items("Query", "SIGNING_KEY"),
    items("GetItem", "ACCOUNT#", "SESSION#"),
    items("DeleteItem", "SESSION#"),
  ],
  sessions: [
    items("UpdateItem", "RATE#", "ACCOUNT#"),
    items("Query", "SIGNING_KEY", "SESSION#"),
    items("GetItem", "ACCOUNT#", "SESSION#"),
    items("DeleteItem", "SESSION#"),
  ],
  "forgot-password": [items("UpdateItem", "RATE#"), items("PutItem", "OUTBOX#mail#")],
  "reset-password": [
    items("UpdateItem", "RATE#", "ACCOUNT#"),
    items("GetItem", "TOKEN#", "ACCOUNT#"),
    items("DeleteItem", "TOKEN#", "ATTEMPTS#"),
    items("PutItem", "OUTBOX#mail#", "OUTBOX#effects#"),
  ],
  "change-password": [
    items("UpdateItem", "RATE#", "ACCOUNT#", "SESSION#"),
    items("Query", "SIGNING_KEY"),
    items("GetItem", "ACCOUNT#", "SESSION#", "ATTEMPTS#"),
    items("PutItem", "ATTEMPTS#", "OUTBOX#mail#", "OUTBOX#effects#"),
    items("DeleteItem", "ATTEMPTS#"),
  ],
  "request-email-change": [
    items("UpdateItem", "RATE#", "ACCOUNT#"),
    items("Query", "SIGNING_KEY"),
    items("GetItem", "ACCOUNT#", "SESSION#", "ATTEMPTS#"),
    items("PutItem", "ATTEMPTS#", "OUTBOX#mail#"),
    items("DeleteItem", "ATTEMPTS#"),
    emails("Encrypt"),
  ],
  "confirm-email-change": [
    items("UpdateItem", "RATE#", "ACCOUNT#", "SESSION#"),
    items("Query", "SIGNING_KEY"),
    items("GetItem", "ACCOUNT#", "SESSION#", "ATTEMPTS#", "EMAIL#", "TOKEN#"),
    items("PutItem", "ATTEMPTS#", "EMAIL#", "OUTBOX#mail#", "OUTBOX#effects#"),
    items("DeleteItem", "ATTEMPTS#", "EMAIL#", "TOKEN#"),
  ],
  "cancel-email-change": [
    items("UpdateItem", "RATE#", "ACCOUNT#"),
    items("GetItem", "TOKEN#", "ACCOUNT#"),
    items("DeleteItem", "TOKEN#"),
  ],
  me: [
    items("UpdateItem", "RATE#"),
    items("Query", "SIGNING_KEY"),
    items("GetItem", "ACCOUNT#", "SESSION#"),
    emails("Decrypt"),
  ],
  "change-profile": [
    items("UpdateItem", "RATE#", "ACCOUNT#"),
    items("Query", "SIGNING_KEY"),
    items("GetItem", "ACCOUNT#", "SESSION#"),
    emails("Decrypt"),
  ],
  "delete-account": [
    items("UpdateItem", "RATE#"),
    items("Query", "SIGNING_KEY"),
    items("GetItem", "ACCOUNT#", "SESSION#", "ATTEMPTS#"),
    items("PutItem", "ATTEMPTS#", "ACCOUNT#", "OUTBOX#effects#", "OUTBOX#mail#"),
    items("DeleteItem", "ATTEMPTS#", "EMAIL#", "IDEMPOTENCY#", "OUTBOX#effects#remove-unverified#"),
  ],
  "export-account": [
    items("UpdateItem", "RATE#"),
    items("Query", "SIGNING_KEY", "SESSION#", "AUDIT#"),
    items("GetItem", "ACCOUNT#", "SESSION#"),
    emails("Decrypt"),
    "s3:ListBucket on Homes.Arn if StringLike s3:prefix home/*",
  ],
  jwks: [items("Query", "SIGNING_KEY")],
  "openid-configuration": [],
  "rotate-keys": [items("DeleteItem PutItem Query", "SIGNING_KEY"), privateKeys("Encrypt")],
  "send-mail": [
    items("UpdateItem", "OUTBOX#mail#", "RATE#"),
    items("DeleteItem", "OUTBOX#mail#"),
    items("PutItem", "TOKEN#", "TOKENS#"),
    items("GetItem", "ACCOUNT#", "EMAIL#"),
    ...jobs("mail"),
    emails("Decrypt"),
    `ses:SendEmail on ${ses}:configuration-set/ConfigurationSet, ${ses}:identity/* ` +
      "if StringEquals ses:FromAddress no-reply@vestibule.example",
  ],
  "apply-effects": [
    items("UpdateItem", "OUTBOX#effects#"),
    items(
      "DeleteItem",
      ...["OUTBOX#effects#", "HOME#", "SESSION#", "TOKENS#", "TOKEN#", ...removedByDeletion, "AUDIT#"],
    ),
    items("GetItem", "ACCOUNT#"),
    items("PutItem", "HOME#", "ACCOUNT#", "OUTBOX#effects#", "AUDIT#"),
    items("Query", "SESSION#", "TOKENS#", "AUDIT#"),
    ...jobs("effects"),
    emails("Decrypt"),
    "s3:DeleteObject, s3:DeleteObjectVersion, s3:PutObject on Homes.Arn/home/*",
    "s3:ListBucketVersions on Homes.Arn if StringLike s3:prefix home/*",
    `events:PutEvents on ${bus}/default if ${publishing}`,
  ],
};

interface Statement {
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Condition?: Record<string, Record<string, string | string[]>>;
}

const listed = (value: unknown) => [value].flat().map((part) => render(resources, part));

function describeStatement({ Action, Resource, Condition = {} }: Statement): string {
  const conditions = Object.entries(Condition).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => `${operator} ${key} ${[values].flat().join(", ")}`),
  );
  const held = conditions.length > 0 ? ` if ${conditions.join(" and ")}` : "";
  const actions = listed(Action).join(", ");
  return `${actions} on ${listed(Resource).join(", ")}${held}`;
}

function statementsOf(name: string, from = resources): Statement[] {
  const { Policies } = at(from, `${idOf(name)}Role`).Properties;
  return Policies.flatMap(
    (policy: { PolicyDocument: { Statement: Statement[] } }) => policy.PolicyDocument.Statement,
  );
}

describe("the rights of functions", () => {
  test.each(routes.map(({ name }) => name))("are exactly as listed for %s", (name) => {
    expect(statementsOf(name).map(describeStatement)).toEqual([logs(name), ...rights[name]]);
  });

  test("the rights of functions are in one role for each function, to which nothing adds further rights", () => {
    const functions = ofType(resources, "AWS::Lambda::Function").filter((one) => !isOfCdk(one));
    const roles = functions.map(({ Properties }) => render(resources, Properties.Role));
    expect(roles.sort()).toEqual(routes.map(({ name }) => `${idOf(name)}Role.Arn`).sort());
    for (const role of ofType(resources, "AWS::IAM::Role").filter((one) => !isOfCdk(one)))
      expect(role.Properties.ManagedPolicyArns).toBeUndefined();
    expect(ofType(resources, "AWS::IAM::Policy")).toEqual([]);
    expect(ofType(resources, "AWS::IAM::ManagedPolicy")).toEqual([]);
  });

  test("CDK's provider may only run the functions of a deployment and write to its log group", () => {
    const [role, ...others] = ofType(resources, "AWS::IAM::Role").filter(isOfCdk);
    expect(others).toEqual([]);
    const [policy] = role?.Properties.Policies ?? [];
    expect(policy.PolicyDocument.Statement.map(describeStatement)).toEqual([
      "lambda:InvokeFunction on RotateKeys.Arn:*",
      `logs:CreateLogStream, logs:PutLogEvents on ${triggers}/Logs.Arn`,
    ]);
    expect(role?.Properties.ManagedPolicyArns).toBeUndefined();
    const handler = at(resources, `${triggers}/Handler`).Properties;
    expect(render(resources, handler.LoggingConfig.LogGroup)).toBe(`${triggers}/Logs`);
    expect(at(resources, `${triggers}/Logs`).DeletionPolicy).toBe("Delete");
  });

  // Functions that sign or verify tokens have further rights. Tokens add only these.
  test.each<[Need, string[]]>([
    ["sign-tokens", [items("Query", "SIGNING_KEY"), privateKeys("Decrypt")]],
    ["verify-tokens", [items("Query", "SIGNING_KEY"), items("GetItem", "ACCOUNT#", "SESSION#")]],
  ])("the rights of functions are exactly as listed for the need %s", (need, expected) => {
    const around = {
      storage: { table: { tableArn: "Table.Arn" }, key: { keyArn: "EmailKey.Arn" }, bucket: {} },
      sender: {},
      settings: readSettings(),
    };
    const { statements } = grant([need], around as unknown as Surroundings);
    expect(statements.map((statement) => describeStatement(statement.toJSON()))).toEqual(expected);
  });

  test.each([
    ["people", [`events:PutEvents on ${bus}/people if ${publishing}`]],
    [false, []],
  ])("apply-effects may publish only on the bus of the setting: %s", (events, expected) => {
    const other = synthesize({ events });
    const { Policies } = at(other, "ApplyEffectsRole").Properties;
    const statements: Statement[] = Policies[0].PolicyDocument.Statement;
    const found = statements.filter(({ Action }) => JSON.stringify(Action).includes("events:"));
    expect(found.map(describeStatement)).toEqual(expected);
    const { Environment } = at(other, "ApplyEffects").Properties;
    expect(Environment.Variables.EVENT_BUS).toBe(events || "");
  });

  test.each([
    [{}, "false"],
    [{ contracts: ["signup"], hideTakenEmails: true }, "true"],
    [{ hideTakenEmails: "even-if-others-tell" }, "true"],
  ])("the rights of functions do not change if taken addresses are hidden, and the variables tell sign-up and login: %j", (settings, told) => {
    const other = synthesize(settings);
    for (const name of ["register-signup", "login-signup-username"] as const) {
      const { Policies } = at(other, `${idOf(name)}Role`).Properties;
      const statements: Statement[] = Policies[0].PolicyDocument.Statement;
      expect(statements.map(describeStatement)).toEqual([logs(name), ...rights[name]]);
      expect(at(other, idOf(name)).Properties.Environment.Variables.HIDE_TAKEN_EMAILS).toBe(told);
    }
  });

  test("the rights of functions include invitations if sign-ups are by invitation, only for functions that use or mail them", () => {
    const invited = synthesize({ signUp: "by-invitation" });
    const added = routes.map(({ name }) => [
      name,
      statementsOf(name, invited)
        .flatMap(({ Action, Condition = {} }) =>
          JSON.stringify(Condition).includes("INVITATION#*") ? [Action].flat() : [],
        )
        .sort(),
    ]);
    const registering = routes.filter(({ needs }) =>
      (needs as readonly Need[]).includes("register-accounts"),
    );
    expect(registering).toHaveLength(Object.keys(contracts).length);
    expect(Object.fromEntries(added.filter(([, actions]) => actions?.length))).toEqual({
      ...Object.fromEntries(
        registering.map(({ name }) => [name, ["dynamodb:DeleteItem", "dynamodb:GetItem"]]),
      ),
      "send-mail": ["dynamodb:PutItem"],
    });
    for (const { name } of registering) {
      const { Variables } = at(invited, idOf(name)).Properties.Environment;
      expect(Variables.SIGN_UP).toBe("by-invitation");
      expect(at(resources, idOf(name)).Properties.Environment.Variables.SIGN_UP).toBe("open");
    }
  });

  test("the rights of functions name every action and every resource", () => {
    const statements = routes.flatMap(({ name }) => statementsOf(name));
    expect(
      statements.flatMap(({ Action }) => listed(Action)).filter((action) => action.includes("*")),
    ).toEqual([]);
    const vague = statements
      .flatMap(({ Resource }) => listed(Resource))
      .filter((arn) => /^\*|^arn:.*:\*$/.test(arn));
    expect(vague).toEqual([]);
  });

  test.each(routes as readonly FunctionRow[])("come with exactly the variables of the needs of $name", ({
    name,
    needs,
  }) => {
    const { Environment } = at(resources, idOf(name)).Properties;
    expect(new Set(Object.keys(Environment.Variables))).toEqual(
      new Set([...variablesOf(needs), "NODE_OPTIONS"]),
    );
  });
});
