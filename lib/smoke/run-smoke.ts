import { randomBytes } from "node:crypto";
import { UsageError } from "../admin/usage.ts";
import { contracts } from "../core/shared/contracts.ts";
import { type Settings, SettingsError } from "../settings/settings.ts";
import { readSettingsFile } from "../settings/settings-file.ts";
import { type Command, readCommand, usage } from "./command-line.ts";
import { type Person, type TriedContract, ways } from "./contracts.ts";
import type { Deployment } from "./find-deployment.ts";
import { type Answer, ask, expectStatus, type Request, StepFailed } from "./site.ts";

type Output = Pick<Console, "log" | "error">;
type ReadSettings = (stage?: string) => Settings;
type Ask = (request: Request) => Promise<Answer>;

/**
 * Tries a deployment with a test account, and prints a line for each step.
 * @param readSettings Reads the settings of a stage in `cdk.json`.
 * @returns the exit code: 0 if every step succeeded, 1 if one failed, 2 if the command was not understood.
 */
export async function runSmoke(
  args: readonly string[],
  output: Output,
  readSettings: ReadSettings = readSettingsFile,
): Promise<number> {
  let command: Command | undefined;
  try {
    command = readCommand(args);
    output.log(command ? await tryOut(command, output, readSettings) : usage);
    return 0;
  } catch (error) {
    const isMisused = error instanceof UsageError || error instanceof SettingsError;
    if (!(isMisused || error instanceof StepFailed)) throw error;
    output.error(command && !isMisused ? aimed(error.message, command) : error.message);
    return isMisused ? 2 : 1;
  }
}

/** Adds the stage, profile, region and endpoint to the commands in a hint. */
function aimed(hint: string, { stage, profile, region, endpointUrl }: Command): string {
  const given = Object.entries({ stage, profile, region, "endpoint-url": endpointUrl });
  const options = given.flatMap(([name, value]) => (value === undefined ? [] : `--${name} ${value}`));
  if (options.length === 0) return hint;
  return hint.replace(/\bnpm run (\w+)( --)?/g, `npm run $1 -- ${options.join(" ")}`);
}

/** Runs all steps. @returns the closing words. @throws StepFailed */
async function tryOut(given: Command, output: Output, readSettings: ReadSettings): Promise<string> {
  const found = given.origin === undefined ? await findByStack(given, readSettings) : undefined;
  const command = { ...given, ...found, table: given.table ?? found?.table };
  const asks: Ask = (request) => ask(command.origin ?? "", request, output.log);
  const person = newPerson();
  output.log(`Test account ${person.email}`);
  await findKeys(asks);
  const contract = await signUp(asks, command, person);
  try {
    if (contracts[contract].mustVerify) return await endUnverified(asks, command, contract, person);
    await useAccount(asks, contract, person);
    return `All is well, through the contract ${contract}.`;
  } catch (error) {
    if (error instanceof StepFailed) error.message += "\nThe test account may still be there.";
    throw error;
  }
}

/** Finds the deployment by its stack. Only this loads the SDK. @throws SettingsError if cdk.json has no such stage. */
async function findByStack(command: Command, readSettings: ReadSettings): Promise<Deployment> {
  readSettings(command.stage);
  const { findDeployment } = await import("./find-deployment.ts");
  return findDeployment(command);
}

/** A random test person. The address is one of Amazon's mailbox simulator, which also works in the SES sandbox. */
function newPerson(): Person {
  const random = randomBytes(6).toString("hex");
  return {
    email: `success+${random}@simulator.amazonses.com`,
    username: `smoke-${random}`,
    password: `Smoke-${randomBytes(18).toString("base64url")}!`,
  };
}

async function findKeys(asks: Ask): Promise<void> {
  const { json } = expectStatus(
    await asks({ method: "GET", path: "/.well-known/openid-configuration" }),
    200,
  );
  if (typeof json.issuer !== "string")
    throw new StepFailed("This is not Vestibule. Is --url right? npm run doctor shows it.");
  expectStatus(await asks({ method: "GET", path: "/.well-known/jwks.json" }), 200);
}

/** Signs up through the first contract that is on. */
async function signUp(asks: Ask, command: Command, person: Person): Promise<TriedContract> {
  const names = command.contract ? [command.contract] : (Object.keys(ways) as TriedContract[]);
  for (const name of names) {
    const request = ways[name].signUp(person);
    const invite = command.invite === undefined ? {} : { invite: command.invite };
    const answer = await asks({ ...request, fields: { ...request.fields, ...invite } });
    const isOff = answer.status === 404 && name !== names.at(-1);
    if (answer.status === 403) throw new StepFailed(invitationNeeded(command));
    if (!isOff) {
      expectStatus(answer, 200, 201);
      return name;
    }
  }
  throw new StepFailed("No contract is on.");
}

/** Says how to get an invitation. A stage names its deployment, and any other one is named by its URL. */
const invitationNeeded = ({ stage, origin, table }: Command) =>
  `Sign-ups are by invitation, and the request had no valid one. Make one and pass it on:
npm run admin -- invite --table ${table ?? "NAME"}
npm run smoke -- ${stage === undefined ? `--url ${origin} ` : ""}--invite CODE`;

/** Logs in, reads the profile, deletes the account, and checks that it is gone. */
async function useAccount(asks: Ask, contract: TriedContract, person: Person): Promise<void> {
  const way = ways[contract];
  const { json } = expectStatus(await asks(way.logIn(person)), 200);
  const bearer = String(json[way.token]);
  const read: Request = { method: "GET", path: way.profile, bearer };
  const profile = expectStatus(await asks(read), 200);
  if (profile.json.email !== person.email)
    throw new StepFailed("The profile is not that of the test account.");
  const { password } = person;
  const remove = {
    method: "DELETE",
    path: "/api/v1/users/me",
    media: "json",
    fields: { password },
    bearer,
  } as const;
  expectStatus(await asks(remove), 200);
  expectStatus(await asks(read), 401);
}

/** Checks that the login refuses the unverified account, and ends there. */
async function endUnverified(
  asks: Ask,
  { table, ...aim }: Command,
  contract: TriedContract,
  person: Person,
): Promise<string> {
  // With hideTakenEmails the login answers 401, so that it does not reveal the account.
  expectStatus(await asks(ways[contract].logIn(person)), 403, 401);
  const well = `All is well, through the contract ${contract}: its login waits for the address to be verified.`;
  if (table === undefined)
    return `${well}\nThe test account is deleted after "removeUnverifiedAfterDays"; with --table NAME a run deletes its own at once.`;
  // This loads the SDK, which the other steps do not need.
  const { removeAccount } = await import("./remove-account.ts");
  await removeAccount(person.email, table, aim);
  return `${well}\nThe test account is deleted.`;
}
