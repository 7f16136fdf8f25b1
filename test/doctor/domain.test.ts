import { describe, expect, test } from "vitest";
import { allGood, found, fullDns, outputs, records, settings, stackXml, startDoctor } from "./played.ts";
import type { Answers } from "./stand-in.ts";

const { doctor } = startDoctor();

describe("npm run doctor about the setting domain", () => {
  const name = "accounts.acme.test";
  const target = "d-1a2b3c.execute-api.us-east-1.amazonaws.com";
  const certificateArn = "arn:aws:acm:us-east-1:123456789012:certificate/5e0c0b5a";
  const withCertificate = { ...settings, publicUrl: undefined, domain: { name, certificateArn } };
  const zone = { name, hostedZoneId: "Z0123456789", hostedZone: "acme.test" };
  const withZone = { ...settings, publicUrl: undefined, domain: zone };
  const deployed: Answers = {
    ...allGood,
    DescribeStacks: () =>
      stackXml("UPDATE_COMPLETE", { ...outputs, ApiUrl: `https://${name}`, DomainTarget: target }),
  };
  /** A DNS with these addresses and, for one name, a CNAME target. */
  const dnsOf = (addresses: Record<string, string[]>, cname: string[] = []) => ({
    ...fullDns,
    lookup: (host: string) => found(addresses, host),
    resolve4: (host: string) => found(addresses, host),
    resolveCname: async (host: string) => (host === name ? cname : found(records, host)),
  });
  const [here, elsewhere] = [["192.0.2.1"], ["198.51.100.1"]];

  test.each([
    ["its record", dnsOf({ [name]: here }, [target])],
    ["the target's addresses in its place", dnsOf({ [name]: here, [target]: here })],
  ])("finds no problem with %s", async (_, dns) => {
    const { levels, text } = await doctor(deployed, { set: withCertificate, dns });
    expect(levels.address).toBe("ok");
    expect(text).toContain(`The DNS leads ${name} to the API.`);
  });

  test.each([
    ["there is no record", dnsOf({}), `does not know ${name}`],
    [
      "the record is another's",
      dnsOf({ [name]: elsewhere, [target]: here }, ["elsewhere.test"]),
      `leads ${name} elsewhere`,
    ],
  ])("names the record to make if %s", async (_, dns, words) => {
    const { code, levels, text } = await doctor(deployed, { set: withCertificate, dns });
    expect([code, levels.address]).toEqual([1, "problem"]);
    expect(text).toMatch(new RegExp(`The DNS ${words}[^\n]+\n +${name} CNAME ${target}\n`));
  });

  test("reports a hosted zone that has the record but that the internet does not ask", async () => {
    const well = await doctor(deployed, { set: withZone, dns: dnsOf({ [name]: here }) });
    expect(well.levels.address).toBe("ok");
    const { levels, text } = await doctor(deployed, { set: withZone, dns: dnsOf({}) });
    expect(levels.address).toBe("problem");
    expect(text).toContain("aws route53 get-hosted-zone --id Z0123456789 --query DelegationSet.NameServers");
  });

  test.each([
    ["a certificate", withCertificate, "names the target"],
    ["a hosted zone", withZone, "makes the DNS record"],
  ])("skips the check of a domain with %s before its deployment", async (_, set, words) => {
    const { levels, text } = await doctor(allGood, { set, dns: dnsOf({}) });
    expect(levels.address).toBe("skipped");
    expect(text).toContain(words);
  });
});
