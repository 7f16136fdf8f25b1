import { afterAll, describe, expect, test } from "vitest";
import { type EnvironmentsOptions, openEnvironments } from "../../lib/local/environments/environments.ts";
import { rowsOf } from "../../lib/manifest/platform.ts";
import { readSettings, type Settings } from "../../lib/settings/settings.ts";
import { synthesize } from "../infra/support.ts";
import { type Api, startApi } from "../support/api.ts";
import { type AwsProxy, startAwsProxy } from "../support/aws-proxy.ts";
import { liveADay } from "../support/everyday.ts";
import { peopleOf } from "../support/people.ts";
import { type Asked, readAsked } from "./asked.ts";
import { liveByInvitation, liveRarely } from "./rare-flows.ts";
import { pairsOf, resourcePoliciesOf, statementsOf } from "./roles.ts";
import { openSimulator, type Simulate, type Statement } from "./simulator.ts";

const proxies: AwsProxy[] = [];
afterAll(() => {
  for (const proxy of proxies) proxy.stop();
});

/** A stack's roles, and its functions' requests to AWS so far. */
interface Recorded {
  readonly settings: Settings;
  readonly api: Api;
  readonly asked: readonly Asked[];
  readonly roles: ReadonlyMap<string, readonly Statement[]>;
  readonly simulate: Simulate;
}

async function record(given: object): Promise<Recorded> {
  const [settings, resources] = [readSettings(given), synthesize(given)];
  const asked: Asked[] = [];
  const proxy = await startAwsProxy((request) => asked.push(...readAsked(request)));
  proxies.push(proxy);
  const openFunctions = (options: EnvironmentsOptions) =>
    openEnvironments({
      ...options,
      variables: (row) => {
        const { AWS_ENDPOINT_URL = "", ...variables } = options.variables(row);
        // The access key names the function of a call.
        return {
          ...variables,
          AWS_ACCESS_KEY_ID: row.name,
          AWS_ENDPOINT_URL: proxy.inFrontOf(AWS_ENDPOINT_URL),
        };
      },
    });
  return {
    settings,
    // Each function has its own credentials, which identify its calls. A shared thread would have only one function's.
    api: startApi({ settings, openFunctions, sharesThread: false }),
    asked,
    roles: new Map(rowsOf(settings.contracts).map((row) => [row.name, statementsOf(resources, row)])),
    simulate: await openSimulator(resourcePoliciesOf(resources)),
  };
}

/** Removes repeated calls. Calls that differ only after a key's prefix are one kind. */
function kindsOf(asked: readonly Asked[]): Asked[] {
  const kind = (one: Asked) => JSON.stringify(one).replace(/[0-9a-f]{8}[0-9a-f-]{20,}|person-[\d-]+/g, "…");
  return [...new Map(asked.map((one) => [kind(one), one])).values()];
}

const describeAsked = ({ name, action, resource, context }: Asked) =>
  `${name}: ${action} on ${resource} with ${JSON.stringify(context)}`;

async function deniedOf({ asked, roles, simulate }: Recorded): Promise<string[]> {
  const denied: string[] = [];
  for (const one of kindsOf(asked)) {
    const result = await simulate(roles.get(one.name) ?? [], one);
    if (result !== "Allowed") denied.push(`${result}: ${describeAsked(one)}`);
  }
  return denied;
}

/** Returns every pair of every role, and whether that pair alone allowed a call. */
async function pairsUsed({ asked, roles, simulate }: Recorded): Promise<Map<string, boolean>> {
  const kinds = kindsOf(asked);
  const pairs = new Map<string, boolean>();
  for (const [name, statements] of roles) {
    for (const { action, on, statement } of pairsOf(statements)) {
      const candidates = kinds.filter((one) => one.name === name && one.action === action);
      const results = await Promise.all(candidates.map((one) => simulate([statement], one)));
      pairs.set(`${name}: ${action} on ${on}`, results.includes("Allowed"));
    }
  }
  return pairs;
}

const unused = (pairs: Map<string, boolean>) =>
  [...pairs].filter(([, isUsed]) => !isUsed).map(([pair]) => pair);

const open = await record({});
const invited = await record({ signUp: "by-invitation" });

describe("the functions' roles", () => {
  test("allows every call of a whole life and grants no unused right", async () => {
    const people = peopleOf(open.api);
    await liveADay(people);
    await liveRarely(open.api, people);
    expect(await deniedOf(open)).toEqual([]);
    const pairs = await pairsUsed(open);
    expect(unused(pairs)).toEqual([]);
    console.log(
      `${open.asked.length} calls, ${kindsOf(open.asked).length} kinds of them, ${pairs.size} pairs`,
    );
  });

  test("allows every call with sign-ups by invitation and adds no unused right", async () => {
    await liveByInvitation(invited.api, peopleOf(invited.api), invited.settings);
    expect(await deniedOf(invited)).toEqual([]);
    const always = await pairsUsed(open);
    const added = new Map([...(await pairsUsed(invited))].filter(([pair]) => !always.has(pair)));
    expect(unused(added)).toEqual([]);
    console.log(`${invited.asked.length} calls by invitation, ${added.size} pairs that only these use`);
  });
});
