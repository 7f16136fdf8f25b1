import { recordsOf } from "./dns.ts";
import { type Finding, ok, problem, skipped } from "./finding.ts";
import { outputOf, type Surroundings } from "./surroundings.ts";

/** Looks whether the DNS knows the host of the public URL. */
export async function checkAddress({ settings, dns, findStack, stackName }: Surroundings): Promise<Finding> {
  const { publicUrl } = settings;
  if (publicUrl === undefined) return skipped("No domain of your own: API Gateway's address serves.");
  const { hostname } = new URL(publicUrl);
  const found = await recordsOf(async () => [await dns.lookup(hostname)]);
  if (found.length > 0) return ok(`The DNS knows ${hostname}.`);
  const api = outputOf(await findStack(stackName), "ApiUrl");
  return problem(
    `The DNS does not know ${hostname}: links in mail lead nowhere.`,
    `Make it a custom domain of the API${api === undefined ? "" : ` at ${api}`}, and add the DNS record that API Gateway names for it.`,
  );
}
