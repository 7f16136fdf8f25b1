import { type Domain, originOf } from "../settings/domain.ts";
import { recordsOf } from "./dns.ts";
import { type Finding, ok, problem, skipped } from "./finding.ts";
import { type Dns, outputOf, type Surroundings } from "./surroundings.ts";

/** Checks that the DNS leads the public URL to the API, as far as the API's address is known. */
export async function checkAddress(around: Surroundings): Promise<Finding> {
  const { domain, publicUrl } = around.settings;
  if (domain) return await ("zone" in domain ? checkZone(around, domain) : checkRecord(around, domain));
  if (publicUrl === undefined) return skipped("No domain of your own: API Gateway's address serves.");
  const { hostname } = new URL(publicUrl);
  if (await isKnown(around, hostname)) return ok(`The DNS knows ${hostname}.`);
  const api = outputOf(await around.findStack(around.stackName), "ApiUrl");
  return problem(
    `The DNS does not know ${hostname}: links in mail lead nowhere.`,
    `Make it a custom domain of the API${api === undefined ? "" : ` at ${api}`}, and add the DNS record that API Gateway names for it.`,
  );
}

/** The stack makes the record. If the DNS does not know it, the registrar does not name the zone's servers. */
async function checkZone(around: Surroundings, domain: Extract<Domain, { zone: object }>): Promise<Finding> {
  const { name, zone } = domain;
  const stack = await around.findStack(around.stackName);
  if (outputOf(stack, "ApiUrl") !== originOf(domain))
    return skipped(`The deployment makes the DNS record of ${name}.`);
  if (await isKnown(around, name)) return ok(`The DNS knows ${name}.`);
  return problem(
    `The DNS does not know ${name}: links in mail lead nowhere. Its registrar has to name the servers of the zone ${zone.name}:`,
    `aws route53 get-hosted-zone --id ${zone.id} --query DelegationSet.NameServers`,
  );
}

/** The owner makes the record. Its target is an output of the stack. */
async function checkRecord(around: Surroundings, { name }: Domain): Promise<Finding> {
  const target = outputOf(await around.findStack(around.stackName), "DomainTarget");
  if (target === undefined) return skipped(`The deployment names the target for the DNS record of ${name}.`);
  if (await leadsTo(around.dns, name, target)) return ok(`The DNS leads ${name} to the API.`);
  const fault = (await isKnown(around, name)) ? `leads ${name} elsewhere` : `does not know ${name}`;
  return problem(`The DNS ${fault}: links in mail do not reach the API.`, `${name} CNAME ${target}`);
}

const isKnown = async ({ dns }: Surroundings, host: string) =>
  (await recordsOf(async () => [await dns.lookup(host)])).length > 0;

/** Whether a name leads to a target: by the record, or by a common address, since some providers flatten the record. */
async function leadsTo(dns: Dns, name: string, target: string): Promise<boolean> {
  if ((await recordsOf(() => dns.resolveCname(name))).includes(target)) return true;
  const [own, wanted] = await Promise.all([name, target].map((host) => recordsOf(() => dns.resolve4(host))));
  return own?.some((address) => wanted?.includes(address)) ?? false;
}
